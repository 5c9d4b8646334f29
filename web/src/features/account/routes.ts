/** The pages of this part, below `settings`. */
export const accountRoutes = [] as const;
