/** The pages of this part, below `settings`. */
export const quotaRoutes = [] as const;
