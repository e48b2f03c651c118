/* Functions that the grid may call by name. */
var dagfuncs = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

dagfuncs.byNumber = function (a, b) {
  if (a === null || a === undefined) { return b === null || b === undefined ? 0 : 1; }
  if (b === null || b === undefined) { return -1; }
  return Number(a) - Number(b);
};

dagfuncs.asNumber = function (value) {
  if (value === null || value === undefined) { return "–"; }
  return value !== 0 && Math.abs(value) < 1e-4 ? value.toFixed(8).replace(/0+$/, "") : String(value);
};

dagfuncs.asBlend = function (value, why) {
  return (value === null || value === undefined) && why ? why : dagfuncs.asNumber(value);
};

dagfuncs.gridTheme = function (quartz) {
  var shared = { fontFamily: "inherit", fontSize: 13, headerFontSize: 13, cellHorizontalPadding: 10, rowHeight: 34 };
  return quartz
    .withParams(Object.assign({ backgroundColor: "#ffffff", foregroundColor: "#1b1f24", browserColorScheme: "light" }, shared), "light")
    .withParams(Object.assign({ backgroundColor: "#14171c", foregroundColor: "#e8eaed", browserColorScheme: "dark" }, shared), "dark");
};
