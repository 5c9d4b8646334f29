/** The pages of this part, below `root`. */
export const patientRoutes = [] as const;
