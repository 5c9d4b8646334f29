/** The pages of this part, below `settings`. */
export const clinicRoutes = [] as const;
