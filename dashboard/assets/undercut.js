/* What the browser does by itself: theme, address, choosing a card, rows of the grid. Nothing leaves the origin. */
(function () {
  "use strict";

  var drawn = {};

  function scheme() {
    return document.documentElement.getAttribute("data-mantine-color-scheme") === "dark" ? "dark" : "light";
  }

  function publishScheme() {
    document.body.dataset.agThemeMode = scheme();
    if (window.dash_clientside && window.dash_clientside.set_props) {
      window.dash_clientside.set_props("theme", { data: scheme() });
    }
  }

  new MutationObserver(publishScheme).observe(document.documentElement, {
    attributes: true, attributeFilter: ["data-mantine-color-scheme"],
  });
  document.body.dataset.agThemeMode = scheme();

  /* The citation names the view: its filters, and the build that they were looked at in. */
  function cite(query) {
    var link = document.getElementById("permalink"), bar = document.getElementById("newer");
    if (!link || !bar) { return; }
    var asked = new URLSearchParams(query);
    asked.set("build", bar.dataset.build);
    link.textContent = link.textContent.split("?")[0] + "?" + asked.toString();
  }

  /* The address follows the filters; what equals its default is left out. */
  function writeUrl(values, defaults) {
    var query = new URLSearchParams();
    Object.keys(values).forEach(function (name) {
      var value = Array.isArray(values[name]) ? values[name].join(",") : values[name];
      if (value && value !== defaults[name]) { query.set(name, value); }
    });
    var build = new URLSearchParams(location.search).get("build");
    if (build) { query.set("build", build); }
    var text = query.toString();
    cite(query);
    history.replaceState(history.state, "", location.pathname + (text ? "?" + text : "") + location.hash);
    return text;
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    undercut: {
      draw: function (figures, theme) {
        if (!figures) { return window.dash_clientside.no_update; }
        return figures[theme || scheme()];
      },

      overview_url: function (tab, days, maker, market, q, id) {
        document.querySelectorAll(".inbox-item").forEach(function (item) {
          item.setAttribute("aria-current", String(item.dataset.select === id));
        });
        return writeUrl({ tab: tab, days: days, maker: maker, market: market, q: q, id: id }, { days: "90" });
      },

      model_url: function (measure, scale, sellers, mix) {
        return writeUrl({ measure: measure, scale: scale, sellers: sellers, mix: measure === "mix" ? mix : null },
          { measure: "b31_usd", scale: "auto" });
      },

      price_rows: function (build, q, maker, seller, market, source, mix, only, columns) {
        var shown = columns.map(function (column) {
          return column.field === "mix_usd" ? Object.assign({}, column, { hide: !mix }) : column;
        });
        var asked = { q: q, maker: maker, seller: seller, market: market, source: source, mix: mix, only: only };
        var text = writeUrl(asked, { only: "base" });
        var query = text ? "?" + text : "";
        return fetch("/rows/prices" + query, { headers: { Accept: "application/json" } })
          .then(function (response) { return response.json(); })
          .then(function (answer) {
            if (answer.error) { return [[], answer.error, window.dash_clientside.no_update, shown]; }
            var file = new URLSearchParams(text);
            file.set("build", build);
            return [answer.rows, answer.sentence, "/download/prices.csv?" + file.toString(), shown];
          });
      },

      forget: function () { return null; },

      wait: function (times) {
        return fetch("/readyz").then(function (answer) {
          if (answer.ok) { location.reload(); }
          return times;
        });
      },

      go: function (address) {
        return address ? [address, null] : [window.dash_clientside.no_update, window.dash_clientside.no_update];
      },
    },
  });

  /* A page that stays open says when a newer build is there. */
  setInterval(function () {
    var bar = document.getElementById("newer");
    if (!bar || new URLSearchParams(location.search).get("build")) { return; }
    fetch("/readyz").then(function (answer) { return answer.json(); }).then(function (state) {
      bar.hidden = !state.build || state.build === bar.dataset.build;
    }).catch(function () { /* the server is being restarted: ask again in a minute */ });
  }, 60000);

  /* A card opens in place; the link still opens by itself in a new tab. */
  document.addEventListener("click", function (event) {
    var item = event.target.closest && event.target.closest("a[data-select]");
    if (!item || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) { return; }
    event.preventDefault();
    window.dash_clientside.set_props("selected", { data: item.dataset.select });
  });

  /* j and k walk the list, / searches; never while something is being typed. */
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) { return; }
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable) { return; }
    if (event.key === "/") {
      var box = document.getElementById("search");
      if (box) { event.preventDefault(); box.focus(); }
      return;
    }
    if (event.key !== "j" && event.key !== "k") { return; }
    var items = Array.prototype.slice.call(document.querySelectorAll("a[data-select]"));
    if (!items.length) { return; }
    /* The focus is ahead of what the server has answered: two quick presses are two steps. */
    var at = items.indexOf(document.activeElement);
    if (at < 0) { at = items.findIndex(function (item) { return item.getAttribute("aria-current") === "true"; }); }
    var next = items[Math.min(items.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
    next.focus();
    next.click();
  });

  /* A point leads to its document. */
  function onPoint(plot) {
    if (plot.dataset.leads) { return; }
    plot.dataset.leads = "yes";
    plot.on("plotly_click", function (event) {
      var data = event.points[0] && event.points[0].customdata;
      if (!data) { return; }
      if (data.length === 2) { location.href = "/events/" + encodeURIComponent(data[1]); }
      else if (data[3]) { location.href = "/evidence/" + encodeURIComponent(data[3]); }
    });
  }

  new MutationObserver(function () {
    document.querySelectorAll(".js-plotly-plot").forEach(function (plot) { if (plot.on) { onPoint(plot); } });
  }).observe(document.body, { childList: true, subtree: true });

  /* The picture of a chart says what it shows, from which build. */
  function picture(button) {
    var plot = button.closest("figure").querySelector(".js-plotly-plot");
    var layout = JSON.parse(JSON.stringify(plot.layout));
    var width = Math.max(plot.offsetWidth, 900);
    layout.title = { text: button.dataset.picture, x: 0.01, xanchor: "left", y: 0.985, yanchor: "top", font: { size: 16 } };
    layout.margin = Object.assign({}, layout.margin, { t: 72, b: 84 });
    layout.annotations = (layout.annotations || []).concat([{
      text: button.dataset.source, showarrow: false, xref: "paper", yref: "paper", x: 0, xanchor: "left",
      y: 0, yanchor: "top", yshift: -50, font: { size: 11 },
    }]);
    window.Plotly.toImage({ data: plot.data, layout: layout },
      { format: "png", width: width, height: plot.offsetHeight + 110, scale: 2 }).then(function (address) {
      var link = document.createElement("a");
      link.href = address;
      link.download = "undercut " + button.dataset.picture.replace(/[^\w .-]+/g, "-") + ".png";
      link.click();
    });
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-picture]");
    if (button) { picture(button); }
  });

  /* Charts fit the paper: upright A4 with the browser's margins is 690 pixels wide, lying (`page: wide`) 1,000 or more. */
  function paper() { return document.querySelector(".printed, #home-and-export") ? 1000 : 690; }
  function onPaper(plot) {
    if (plot.offsetWidth <= paper()) { return; }
    window.Plotly.relayout(plot, { autosize: false, width: paper(), "xaxis.title.font.size": 10 });
  }
  function onScreen(plot) {
    if (plot.layout.width !== paper()) { return; }
    window.Plotly.relayout(plot, { autosize: true, width: null, "xaxis.title.font.size": null });
  }

  /* The grid draws only what is in view: paper gets its rows, in its order, as a plain table, and a note on the rest. */
  var MOST = 500;
  function written(tag, text, into) {
    var made = document.createElement(tag);
    made.textContent = text;
    into.appendChild(made);
    return made;
  }
  function printedRows() {
    var place = document.getElementById("prices-printed");
    var api = place && window.dash_ag_grid && window.dash_ag_grid.getApi("prices-grid");
    if (!api) { return; }
    var shown = api.getAllDisplayedColumns();
    var last = shown.findIndex(function (column) { return column.getColId() === place.dataset.last; });
    var columns = shown.slice(0, last + 1), rows = [];
    api.forEachNodeAfterFilterAndSort(function (node) { rows.push(node); });
    place.textContent = "";
    written("p", rows.length > MOST
      ? "The first " + MOST + " of " + rows.length + " rows of this view are printed; “This view as CSV” holds all of them."
      : "All " + rows.length + " rows of this view. More columns are in “This view as CSV”.", place).className = "count";
    var table = document.createElement("table"), head = written("tr", "", table.createTHead());
    columns.forEach(function (column) { written("th", column.getColDef().headerName, head); });
    var body = table.createTBody();
    rows.slice(0, MOST).forEach(function (node) {
      var line = written("tr", "", body);
      columns.forEach(function (column) {
        var value = api.getCellValue({ rowNode: node, colKey: column, useFormatter: true });
        written("td", value === null || value === undefined ? "–" : String(value), line);
      });
    });
    place.appendChild(table);
  }

  /* On paper every page is light. */
  var before = null;
  window.addEventListener("beforeprint", function () {
    before = scheme();
    document.documentElement.setAttribute("data-mantine-color-scheme", "light");
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
    document.querySelectorAll(".js-plotly-plot").forEach(onPaper);
    printedRows();
  });
  window.addEventListener("afterprint", function () {
    if (before) { document.documentElement.setAttribute("data-mantine-color-scheme", before); }
    document.querySelectorAll(".js-plotly-plot").forEach(onScreen);
  });
})();
