/** The pages of this part, below `root`. */
export const importRoutes = [] as const;
