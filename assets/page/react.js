/** React and the libraries that Stash's UI gives to plugins (`window.PluginApi`). Nothing of them is ours. */

const api = window.PluginApi;

export const { React, ReactDOM } = api;
export const h = React.createElement;
export const { Component, Fragment, createContext, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer,
  useRef, useState } = React;

export const Bootstrap = api.libraries.Bootstrap;
export const Router = api.libraries.ReactRouterDOM;
export const Icons = api.libraries.FontAwesomeSolid;
export const Mousetrap = api.libraries.Mousetrap;

/** Stash's own hooks and components. A version of Stash may lack one, and the host page of the tests lacks most. */
export const stashHooks = api.hooks;
export const stashComponents = api.components;

/**
 * A small picture beside words; screen readers leave it out.
 * @param {{name: string, className?: string}} props `name` is FontAwesome's, such as "faCheck"
 */
export function Icon({ name, className = "" }) {
  return h(stashComponents.Icon, { icon: Icons[name], className });
}

/**
 * Words only for screen readers.
 * @param {{children?: import("react").ReactNode}} props
 */
export function VisuallyHidden({ children }) {
  return h("span", { className: "sr-only" }, children);
}
