import { useMe } from "@/app/me";

/** Whether they administer the organisation, and not a branch of it. */
export function useAdministers(): boolean {
  const { role, clinics } = useMe();
  return clinics === "all" && (role === "primary_admin" || role === "secondary_admin");
}
