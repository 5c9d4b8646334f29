/** The pages of this part, below `settings`. */
export const memberRoutes = [] as const;
