import { call } from "@/api/client";
import { getClinic, type ClinicInput, type ClinicView } from "@/api/generated";
import type { Read } from "@/ui/versioned";

import { inOrder } from "./holidays";

/** A branch as it is typed: what is empty is none. */
export interface Values {
  name: string;
  slug: string;
  address: string;
  phone: string;
  timezone: string;
  holidays: string[];
}

export const NOTHING: Values = { name: "", slug: "", address: "", phone: "", timezone: "", holidays: [] };

export function readOf(clinic: ClinicView): Read<Values> {
  const { name, slug, address, phone, timezone, holidays, version } = clinic;
  return { version, values: { name, slug, address: address ?? "", phone: phone ?? "", timezone: timezone ?? "", holidays } };
}

export const loadClinic = async (clinicId: string): Promise<Read<Values>> => readOf(await call(getClinic, { path: { clinicId } }));

export function bodyOf({ name, slug, address, phone, timezone, holidays }: Values): ClinicInput {
  return {
    name,
    slug,
    address: address.trim() || null,
    phone: phone.trim() || null,
    timezone: timezone || null,
    holidays: inOrder(holidays),
  };
}
