/* Functions that the controls may call by name. */
var dmcfuncs = (window.dashMantineFunctions = window.dashMantineFunctions || {});

/* The server has searched already. */
dmcfuncs.asGiven = function (asked) { return asked.options; };
