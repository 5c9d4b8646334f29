/** The pages of this part, below `root`. */
export const platformRoutes = [] as const;
