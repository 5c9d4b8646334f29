import { Failure } from "@/api/failure";

/** Who somebody is, said once more. */
export interface Proof {
  password: string;
  /** Of the app, or a recovery code. */
  code: string;
}

/** Whether what went wrong is about the proof itself; anything else is about what it was asked for. */
export function isAboutProof(error: unknown): boolean {
  const fields = ["password", "currentPassword", "code"];
  if (!(error instanceof Failure)) return true;
  return error.status === 429 || error.faults.some(({ field, code }) => fields.includes(field ?? "") || code === "InvalidCode");
}
