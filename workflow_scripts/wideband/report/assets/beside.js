"use strict";
// Loads a script that stands beside the site, then goes on. The audit and the driver write such scripts into the
// folder `audit`; each may be absent. A missing script would be an error in the console, a missing object is none:
// so an object asks first.
window.widebandBeside = function (address, then) {
  const probe = document.createElement("object");
  probe.type = "text/plain";
  probe.style.cssText = "position:absolute;width:0;height:0;visibility:hidden";
  probe.onerror = function () { probe.remove(); then(); };
  probe.onload = function () {
    probe.remove();
    const script = document.createElement("script");
    script.src = address;
    script.onload = script.onerror = then;
    document.head.append(script);
  };
  probe.data = address;
  document.body.append(probe);
};
