/* Cells that are more than text. Names are text nodes: nothing crawled becomes markup. */
var dagcomponents = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

dagcomponents.InternalLink = function (props) {
  var to = props.data && props.data[props.colDef.cellRendererParams.to];
  if (!to || to.charAt(0) !== "/") { return props.value; }
  return React.createElement("a", { href: to }, props.value);
};
