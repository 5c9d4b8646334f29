/** The pages of this part, below `settings`. */
export const auditRoutes = [] as const;
