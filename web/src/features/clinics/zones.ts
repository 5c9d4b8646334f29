import { country, zones } from "@/lib/format";
import { REGIONS } from "@/lib/regions";

interface Option {
  value: string;
  label: string;
}

/** The countries that are offered, and the one that is chosen. */
export function regionOptions(chosen: string): Option[] {
  const codes: string[] = REGIONS.map(({ code }) => code);
  return [...new Set([...codes, chosen])].map((value) => ({ value, label: country(value) }));
}

/** Time zones: those of our countries first, by the country's name; then all that there are. */
export function zoneOptions(chosen: string | null): Option[] {
  const ours: Option[] = REGIONS.map(({ code, zone }) => ({ value: zone, label: `${country(code)} (${zone})` }));
  const known = new Set(ours.map(({ value }) => value));
  const others = [...new Set([...(chosen ? [chosen] : []), ...zones()])].filter((zone) => !known.has(zone));
  return [...ours, ...others.map((value) => ({ value, label: value }))];
}
