import type { PatientView, UpdatePatient } from "@/api/generated";

/** What is kept of a patient beside Dawr's own fields: a name and a text. */
export interface Extra {
  name: string;
  text: string;
}

/** A record as it stands in the form. */
export interface Typed {
  fullName: string;
  phoneNumber: string;
  localId: string;
  nationalId: string;
  metadata: Extra[];
}

export type FieldName = keyof Typed;
export const FIELDS: FieldName[] = ["fullName", "phoneNumber", "localId", "nationalId", "metadata"];

export function typedOf(patient: PatientView): Typed {
  return {
    fullName: patient.fullName,
    phoneNumber: patient.phoneNumber,
    localId: patient.localId ?? "",
    nationalId: patient.nationalId ?? "",
    metadata: Object.entries(patient.metadata ?? {}).map(([name, text]) => ({ name, text })),
  };
}

const said = (extras: Extra[]) => extras.filter(({ name, text }) => name.trim() !== "" || text.trim() !== "");

const same = (name: FieldName, a: Typed, b: Typed) =>
  name === "metadata" ? JSON.stringify(said(a.metadata)) === JSON.stringify(said(b.metadata)) : String(a[name]).trim() === String(b[name]).trim();

/** The fields in which two versions differ. */
export function differing(a: Typed, b: Typed): FieldName[] {
  return FIELDS.filter((name) => !same(name, a, b));
}

/** These fields, as they are sent. What need not be there goes away when it is emptied. */
export function bodyOf(typed: Typed, fields: FieldName[]): UpdatePatient {
  const body: UpdatePatient = {};
  if (fields.includes("fullName")) body.fullName = typed.fullName;
  if (fields.includes("phoneNumber")) body.phoneNumber = typed.phoneNumber;
  if (fields.includes("localId")) body.localId = typed.localId.trim() || null;
  if (fields.includes("nationalId")) body.nationalId = typed.nationalId.trim() || null;
  if (fields.includes("metadata")) {
    const extras = said(typed.metadata);
    body.metadata = extras.length > 0 ? Object.fromEntries(extras.map(({ name, text }) => [name.trim(), text])) : null;
  }
  return body;
}

/** Of which names there are two: only one of them would be kept. */
export function repeated(extras: Extra[]): string | undefined {
  const names = said(extras).map(({ name }) => name.trim());
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** What two people who changed one record must agree on, and what only the other one changed. */
export function contested(base: Typed, mine: Typed, theirs: Typed): { mine: FieldName[]; theirs: FieldName[] } {
  const [changed, moved] = [differing(base, mine), differing(base, theirs)];
  return {
    mine: changed.filter((name) => moved.includes(name) && !same(name, mine, theirs)),
    theirs: moved.filter((name) => !changed.includes(name)),
  };
}
