import { faultOf } from "@/api/failure";
import { setUpSecondFactor } from "@/api/generated";

/** Whether the second factor is on. The API tells when it is asked for something; what it told is remembered on this device. */
export type Known = "on" | "off" | "unknown";

const entry = (member: string) => `dawr.factor.${member}`;

export function knownFactor(member: string): Known {
  const found = localStorage.getItem(entry(member));
  return found === "on" || found === "off" ? found : "unknown";
}

export function learnFactor(member: string, known: Known): void {
  localStorage.setItem(entry(member), known);
}

/** What a refusal says of it. */
export function learntFrom(error: unknown): Known | undefined {
  if (faultOf(setUpSecondFactor, error, "SecondFactorActive")) return "on";
  const none = error instanceof Object && "code" in error && error.code === "NoSecondFactor";
  return none ? "off" : undefined;
}
