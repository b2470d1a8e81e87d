// Arrow keys in a matrix: one cell takes the focus, Home and End go to the row's ends; right-to-left is mirrored.
(() => {
  const turned = () => document.documentElement.dir === "rtl";

  function cellsOf(table) {
    return [...table.tBodies[0].rows]
      .map((row) => [...row.cells].filter((cell) => cell.tagName === "TD" && cell.dataset.cell !== undefined))
      .filter((row) => row.length);
  }

  function aim(grid, row, column, key) {
    const side = { ArrowRight: turned() ? -1 : 1, ArrowLeft: turned() ? 1 : -1 }[key];
    if (side) return grid[row][column + side];
    if (key === "ArrowDown" || key === "ArrowUp") return grid[row + (key === "ArrowDown" ? 1 : -1)]?.[column];
    if (key === "Home") return grid[row][0];
    if (key === "End") return grid[row].at(-1);
    return undefined;
  }

  function start(table) {
    const first = cellsOf(table)[0]?.[0];
    if (first) first.tabIndex = 0;
    table.addEventListener("keydown", (event) => {
      const cell = event.target.closest("td[data-cell]");
      if (!cell) return;
      const box = event.target === cell && cell.querySelector("input[type=checkbox]:enabled");
      if (box && event.key === " ") {
        event.preventDefault();
        box.click();
        return;
      }
      const grid = cellsOf(table);
      const row = grid.findIndex((cells) => cells.includes(cell));
      const target = aim(grid, row, grid[row].indexOf(cell), event.key);
      if (!target) return;
      event.preventDefault();
      cell.tabIndex = -1;
      target.tabIndex = 0;
      target.focus();
      target.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  document.querySelectorAll("table[data-matrix]").forEach(start);
})();
