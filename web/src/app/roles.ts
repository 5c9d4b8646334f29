/** What built-in roles are beyond what they permit. The API decides; this is so that nobody is offered what it would refuse. */

/** Who administers, of the whole organisation or of a part of it. */
export function administers(role: string): boolean {
  return role === "primary_admin" || role === "secondary_admin";
}

/** Who has nothing of what quotas count until it is granted; whoever else may send has no limit until one is set. */
export function livesOnQuotas(role: string): boolean {
  return role === "moderator";
}
