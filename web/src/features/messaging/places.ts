/** Where things are whose pages belong to other parts. */
export const patientPage = (patientId: string): string => `/patients/${patientId}`;
export const WHATSAPP: string = "/settings/whatsapp";
