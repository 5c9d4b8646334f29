import {
  Building2,
  Contact,
  Gauge,
  History,
  Hospital,
  Inbox,
  KeyRound,
  LifeBuoy,
  MessageCircleX,
  MessageSquareText,
  MessagesSquare,
  Network,
  Palette,
  ScrollText,
  Settings,
  ShieldCheck,
  Smartphone,
  Sun,
  UserCog,
  type LucideIcon,
} from "lucide-react";

import type { Permission } from "@/api/generated";

import type ar from "./ar";

/** A place that the frame leads to, named in the texts. */
export interface Place {
  id: keyof (typeof ar)["places"];
  to: string;
  icon: LucideIcon;
  /** Any of these opens it; without one everybody may go there. */
  needs?: Permission[];
  /** Who has this has another place in its stead. */
  notFor?: Permission;
}

/** What is used all day. A phone's bar has the first that fit; the rest is under "more". */
export const DAILY: Place[] = [
  { id: "today", to: "/", icon: Sun, notFor: "platform:read" },
  { id: "tenants", to: "/platform/tenants", icon: Network, needs: ["platform:read"] },
  { id: "elevations", to: "/platform/elevations", icon: ScrollText, needs: ["platform:support"] },
  { id: "deadLetters", to: "/platform/dead-letters", icon: Inbox, needs: ["dead-letters:manage"] },
  { id: "patients", to: "/patients", icon: Contact, needs: ["patients:read"] },
  { id: "messages", to: "/messages", icon: MessagesSquare, needs: ["messages:read"] },
  { id: "failed", to: "/messages/failed", icon: MessageCircleX, needs: ["tasks:read"] },
  { id: "templates", to: "/templates", icon: MessageSquareText, needs: ["templates:read"] },
  { id: "settings", to: "/settings", icon: Settings },
];

/** What is set once and looked after, by group. */
export const SETTINGS: { id: keyof (typeof ar)["groups"]; places: Place[] }[] = [
  { id: "own", places: [{ id: "security", to: "/settings/security", icon: ShieldCheck }] },
  {
    id: "people",
    places: [
      { id: "members", to: "/settings/members", icon: UserCog, needs: ["members:read"] },
      { id: "roles", to: "/settings/roles", icon: KeyRound, needs: ["members:read"] },
    ],
  },
  {
    id: "clinic",
    places: [
      { id: "tenant", to: "/settings/tenant", icon: Building2, needs: ["settings:manage"] },
      { id: "look", to: "/settings/look", icon: Palette, needs: ["settings:manage"] },
      { id: "clinics", to: "/settings/clinics", icon: Hospital, needs: ["clinics:read"] },
    ],
  },
  {
    id: "messaging",
    places: [
      { id: "whatsapp", to: "/settings/whatsapp", icon: Smartphone, needs: ["settings:manage"] },
      { id: "quotas", to: "/settings/quotas", icon: Gauge, needs: ["quotas:read"] },
    ],
  },
  {
    id: "oversight",
    places: [
      { id: "audit", to: "/settings/audit", icon: History, needs: ["audit:read"] },
      { id: "stays", to: "/settings/stays", icon: LifeBuoy, needs: ["settings:manage"] },
    ],
  },
];

export const allowed = (place: Place, can: (permission: Permission) => boolean) =>
  (!place.needs || place.needs.some(can)) && !(place.notFor && can(place.notFor));
