/** Keeps an error in a view from taking the tabs with it. */

import { Bootstrap, Component, h } from "../react.js";
import { ErrorAlert } from "../components/ErrorAlert.js";
import { t } from "../translate.js";

/** @extends {Component<{children?: import("react").ReactNode}, {error: Error | null}>} */
export class ErrorBoundary extends Component {
  /** @type {{error: Error | null}} */
  state = { error: null };

  /** @param {Error} error */
  static getDerivedStateFromError(error) {
    return { error };
  }

  render() {
    const { error } = this.state;
    if (!error) return this.props.children ?? null;
    const again = () => this.setState({ error: null });
    return h("div", null, h("h2", { tabIndex: -1 }, t("broken.title")), h(ErrorAlert, { error }),
      h(Bootstrap.Button, { variant: "secondary", onClick: again }, t("broken.again")));
  }
}
