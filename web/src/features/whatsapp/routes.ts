/** The pages of this part, below `settings`. */
export const whatsappRoutes = [] as const;
