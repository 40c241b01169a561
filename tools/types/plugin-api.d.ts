/** window.PluginApi of Stash, as far as the page uses it. */

import type * as React from "react";
import type * as ReactDOM from "react-dom";
import type * as ReactRouterDOM from "react-router-dom";
import type * as Bootstrap from "react-bootstrap";
import type * as FontAwesomeSolid from "@fortawesome/free-solid-svg-icons";
import type Mousetrap from "mousetrap";

interface LightboxState {
  images: { id: string; paths: { image: string; thumbnail: string } }[];
  showNavigation?: boolean;
  initialIndex?: number;
  onClose?: () => void;
}

interface PluginApi {
  React: typeof React;
  ReactDOM: typeof ReactDOM;
  libraries: {
    ReactRouterDOM: typeof ReactRouterDOM;
    /** Names are checked, properties are not: the types of 1.6 fit JSX only. */
    Bootstrap: { [Name in keyof typeof Bootstrap]: any };
    FontAwesomeSolid: Record<string, FontAwesomeSolid.IconDefinition>;
    Mousetrap: typeof Mousetrap;
  };
  components: { Icon: React.ComponentType<{ icon: unknown; className?: string }> };
  hooks: {
    useToast: () => {
      toast: (toast: { content: React.ReactNode; delay?: number; variant?: string; priority?: number }) => void;
      success: (content: React.ReactNode) => void;
      error: (error: unknown) => void;
    };
    /** Missing in the tests' host page. */
    useLightbox?: (state: LightboxState) => (state: Partial<LightboxState>) => void;
  };
}

declare global {
  interface Window {
    PluginApi: PluginApi;
  }
}
