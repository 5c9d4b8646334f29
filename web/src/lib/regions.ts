/** The countries that are offered, each with the time zone of its clinics. */
export const REGIONS = [
  { code: "SA", zone: "Asia/Riyadh" },
  { code: "AE", zone: "Asia/Dubai" },
  { code: "KW", zone: "Asia/Kuwait" },
  { code: "QA", zone: "Asia/Qatar" },
  { code: "BH", zone: "Asia/Bahrain" },
  { code: "OM", zone: "Asia/Muscat" },
  { code: "YE", zone: "Asia/Aden" },
  { code: "IQ", zone: "Asia/Baghdad" },
  { code: "JO", zone: "Asia/Amman" },
  { code: "PS", zone: "Asia/Hebron" },
  { code: "LB", zone: "Asia/Beirut" },
  { code: "SY", zone: "Asia/Damascus" },
  { code: "EG", zone: "Africa/Cairo" },
  { code: "SD", zone: "Africa/Khartoum" },
  { code: "LY", zone: "Africa/Tripoli" },
  { code: "TN", zone: "Africa/Tunis" },
  { code: "DZ", zone: "Africa/Algiers" },
  { code: "MA", zone: "Africa/Casablanca" },
] as const;

/** The country that a device is probably in. */
export function regionOf(zone: string | undefined): (typeof REGIONS)[number] {
  return REGIONS.find((region) => region.zone === zone) ?? REGIONS[0];
}
