// What the page does by itself: shows evidence where a chip is chosen, reads documents, sorts, copies, hands questions on.
(() => {
  "use strict"
  const { language, words } = window.juesuan
  const root = document.documentElement
  const lang = language === "en" ? "&lang=en" : ""
  const here = language === "en" ? "/en/" : "/"

  // Gradio's words and the page's language follow the browser's language; they are to follow the page's
  Object.defineProperty(navigator, "language", { get: () => language })
  Object.defineProperty(navigator, "languages", { get: () => [language] })

  const part = id => document.getElementById(id)
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(`juesuan:${name}`, { detail }))

  async function fetched(path, query) {
    const joined = query.startsWith("?") ? query + lang : `?${query}${lang}`
    try {
      const answer = await fetch(path + joined)
      if (answer.ok) return await answer.text()
      const told = await answer.json().catch(() => ({}))
      return `<p class="warning" role="alert">${told.detail || words.failed_page}</p>`
    } catch { return `<p class="warning" role="alert">${words.failed_page}</p>` }
  }

  // --- evidence
  let from = null
  async function evidence(query, chip) {
    const place = part("evidence")
    if (!place) return
    from = chip || null
    place.setAttribute("aria-busy", "true")
    place.innerHTML = await fetched("/evidence", query)
    place.removeAttribute("aria-busy")
    document.querySelectorAll(".chip[aria-current]").forEach(one => one.removeAttribute("aria-current"))
    if (chip) chip.setAttribute("aria-current", "true")
    sight(place)
    if (!chip) return
    const title = place.querySelector("h2")
    title?.focus({ preventScroll: true })
    if (narrow()) place.scrollIntoView({ behavior: calm() ? "auto" : "smooth", block: "start" })
  }
  const narrow = () => window.matchMedia("(max-width: 900px)").matches
  const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches

  // the boxed cell into view: of the picture, and of the table
  function sight(place) {
    for (const view of place.querySelectorAll(".sight")) center(view, view.querySelector(".box"))
    for (const view of place.querySelectorAll(".scroll")) { fit(view); reach(view, view.querySelector(".hit")) }
  }
  function center(view, mark) {
    if (!mark) return
    const outer = view.getBoundingClientRect(), inner = mark.getBoundingClientRect()
    view.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2
    view.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
  }
  // Names of rows stay in view over the columns that are scrolled; columns stop at their edge, so that no figure is
  // seen without its first digits.
  function stops(view) {
    const name = view.querySelector(".sheet tbody th")
    if (!name) return [0]
    const begin = view.getBoundingClientRect().left - view.scrollLeft, fixed = name.offsetWidth
    const edges = [...name.closest("tr").cells].filter(cell => cell.tagName === "TD").map(cell => Math.round(cell.getBoundingClientRect().left - begin - fixed))
    return [0, ...edges.filter(edge => edge > 0)]
  }
  function fit(view) {
    const name = view.querySelector(".sheet tbody th")
    if (!name || !view.clientWidth) return
    view.style.setProperty("--fixed", `${name.offsetWidth}px`)
    view.style.setProperty("--spare", "0px")
    const most = view.scrollWidth - view.clientWidth
    const end = stops(view).find(edge => edge >= most)
    if (most > 0 && end !== undefined) view.style.setProperty("--spare", `${end - most}px`)
  }
  function reach(view, mark) {
    if (!mark) return
    const outer = view.getBoundingClientRect(), inner = mark.getBoundingClientRect(), row = mark.closest("tr")
    const right = inner.right - outer.left + view.scrollLeft, fixed = row?.querySelector("th")?.offsetWidth || 0
    const all = stops(view), start = inner.left - outer.left + view.scrollLeft - fixed
    view.scrollLeft = all.find(edge => right - edge <= view.clientWidth) ?? start
    if (view.scrollLeft > start) view.scrollLeft = start
    view.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2
  }
  document.addEventListener("toggle", event => event.target.querySelectorAll?.(".scroll").forEach(fit), true)
  window.addEventListener("resize", () => document.querySelectorAll(".scroll").forEach(fit))

  // --- documents
  async function list(start = 0) {
    const place = part("list"), sought = part("find")
    if (place) place.innerHTML = await fetched("/list", `find=${encodeURIComponent(sought?.value || "")}&start=${start}`)
  }
  async function read(query, at) {
    const place = part("reader")
    if (!place) return
    place.innerHTML = await fetched("/reader", query)
    const mark = at && document.getElementById(`at-${at.replace(/-\d+$/, "")}`)
    if (mark) {
      mark.closest("details")?.setAttribute("open", "")
      mark.classList.add("hit")
      const view = mark.closest(".scroll")
      if (view) { fit(view); reach(view, mark) }
    }
    const to = mark || place.querySelector("h2")
    to?.scrollIntoView({ block: mark ? "center" : "start" })
    place.querySelector("h2")?.focus({ preventScroll: true })
  }
  function open_tab(name) { document.querySelector(`#tabs button[role=tab][data-tab-id="${name}"]`)?.click() }

  function sort(button) {
    const head = button.closest("th"), table = button.closest("table"), body = table.tBodies[0]
    const index = column_of(head, table)
    const up = head.getAttribute("aria-sort") !== "ascending"
    table.querySelectorAll("th[aria-sort]").forEach(one => one.removeAttribute("aria-sort"))
    head.setAttribute("aria-sort", up ? "ascending" : "descending")
    const key = row => {
      const cell = row.cells[index]
      return cell?.dataset.value !== undefined ? Number(cell.dataset.value) : (cell?.tagName === "TD" && !table.querySelector(`tbody td:nth-child(${index + 1})[data-value]`)) || cell?.tagName === "TH" ? cell.textContent : null
    }
    const rows = [...body.rows].map(row => [key(row), row])
    rows.sort(([a], [b]) => a === null ? 1 : b === null ? -1 : (a < b ? -1 : a > b ? 1 : 0) * (up ? 1 : -1))
    rows.forEach(([, row]) => body.append(row))
  }
  function column_of(head, table) {  // where a header of several levels stands over the rows
    const taken = []
    for (const [level, row] of [...table.tHead.rows].entries()) {
      let at = 0
      for (const cell of row.cells) {
        while (taken[level]?.[at]) at++
        for (let down = 0; down < cell.rowSpan; down++)
          for (let wide = 0; wide < cell.colSpan; wide++) (taken[level + down] ??= [])[at + wide] = true
        if (cell === head) return at
        at += cell.colSpan
      }
    }
    return 0
  }

  // --- charts
  let plotly = null
  function drawing() {
    return plotly ??= new Promise((done, fail) => {
      const script = Object.assign(document.createElement("script"), { src: "/static/plotly.min.js", onload: () => done(window.Plotly), onerror: fail })
      document.head.append(script)
    })
  }
  async function draw(place) {
    const figure = JSON.parse(place.dataset.figure)
    place.removeAttribute("data-figure")
    const Plotly = await drawing()
    figure.layout.font.color = getComputedStyle(place).color
    figure.layout.font.family = getComputedStyle(place).fontFamily
    await Plotly.newPlot(place, figure.data, figure.layout, { displayModeBar: false, responsive: true })
    place.on("plotly_click", event => {
      const address = [].concat(event.points?.[0]?.customdata || [])[0]
      if (address) evidence(address, place.closest("figure").querySelector(`a[href="${CSS.escape(address)}"]`) || place)
    })
  }

  // --- copying
  async function copy(button) {
    const address = new URL(here + (button.hasAttribute("data-address") ? button.dataset.copy : ""), location.href).href
    const turn = button.closest(".turn")?.querySelector("[data-address]")?.dataset.copy || ""
    const text = button.hasAttribute("data-address") ? address : button.dataset.copy.replace("%ADDRESS%", new URL(here + turn, location.href).href)
    let said = words.copied
    try { await navigator.clipboard.writeText(text) } catch { said = by_hand(text) ? words.copied : words.not_copied }
    const before = button.textContent
    button.textContent = said
    button.setAttribute("aria-live", "polite")
    setTimeout(() => { button.textContent = before }, 1600)
  }
  function by_hand(text) {  // without https the clipboard is closed to scripts
    const area = Object.assign(document.createElement("textarea"), { value: text })
    area.style.position = "fixed"
    document.body.append(area)
    area.select()
    const done = document.execCommand("copy")
    area.remove()
    return done
  }

  // --- dark: Gradio sets the page's colours by the system, at a time of its own
  const system = window.matchMedia("(prefers-color-scheme: dark)")
  let chosen = null
  try { chosen = localStorage.getItem("juesuan-dark") } catch { /* a choice lasts as long as the page */ }
  function paint() {
    if (!document.body) return
    const on = chosen === null ? system.matches : chosen === "true", button = document.querySelector("[data-dark]")
    if (document.body.classList.contains("dark") !== on) document.body.classList.toggle("dark", on)
    if (button && button.getAttribute("aria-pressed") !== String(on)) button.setAttribute("aria-pressed", String(on))
  }
  system.addEventListener("change", paint)

  // --- what a person does
  document.addEventListener("click", event => {
    const target = event.target.closest("a, button")
    if (!target || event.defaultPrevented) return
    const data = target.dataset
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (data.evidence !== undefined && plain) {
      event.preventDefault()
      evidence(new URL(target.href).search, target)
    } else if (data.reader !== undefined && plain) {
      event.preventDefault()
      const url = new URL(target.href)
      open_tab("documents")
      read(url.search, url.searchParams.get("at") || "")
    } else if (data.ask !== undefined) tell("ask", { question: target.textContent })
    else if (data.copy !== undefined) copy(target)
    else if (data.sort !== undefined) sort(target)
    else if (data.list !== undefined) list(Number(data.list))
    else if (data.fit !== undefined) {
      const paper = target.closest(".paper"), whole = paper.classList.toggle("whole")
      target.setAttribute("aria-pressed", String(whole))
      sight(paper)
    } else if (data.wrong !== undefined) {
      const form = document.getElementById(target.getAttribute("aria-controls"))
      form.hidden = !form.hidden
      target.setAttribute("aria-expanded", String(!form.hidden))
      if (!form.hidden) form.querySelector("textarea").focus()
    } else if (data.remove !== undefined) {
      if (confirm(`${target.textContent} ${data.name}`)) tell("remove", { document: data.remove, name: data.name })
    } else if (data.replace !== undefined) {
      tell("replace", { document: data.replace, name: data.name })
      document.querySelector("#upload input[type=file], #upload button")?.click()
    } else if (data.unmute !== undefined) tell("unmute", { finding: data.unmute })
    else if (data.language !== undefined) { event.preventDefault(); location.href = target.getAttribute("href") + location.search }
    else if (data.dark !== undefined) {
      chosen = String(!document.body.classList.contains("dark"))
      try { localStorage.setItem("juesuan-dark", chosen) } catch { /* a choice lasts as long as the page */ }
      paint()
    } else if (data.back !== undefined) from?.focus()
  })
  document.addEventListener("submit", event => {
    const form = event.target
    if (form.matches("form.wrong")) {
      event.preventDefault()
      tell("wrong", { turn: form.dataset.turn, reason: form.elements.reason.value })
      form.hidden = true
    } else if (form.dataset.mute !== undefined) {
      event.preventDefault()
      tell("mute", { finding: form.dataset.mute, reason: form.elements.reason.value })
    }
  })
  let typing
  document.addEventListener("input", event => {
    if (event.target.id !== "find") return
    clearTimeout(typing)
    typing = setTimeout(list, 250)
  })

  // --- what appears
  let answered = "", begun = false, listed = false
  new MutationObserver(() => {
    const log = part("log")
    if (log) {
      const last = [...log.querySelectorAll(".turn")].pop()
      const address = last && !last.hasAttribute("aria-busy") ? last.id + last.querySelector("[data-address]")?.dataset.copy : ""
      if (last && address && address !== answered) {
        const first = last.querySelector(".chip")
        const given = new URLSearchParams(location.search).get("q") && !answered
        const asked = given ? location.search : first ? new URL(first.href).search : ""
        if (asked) evidence(asked)
        log.scrollTop += last.getBoundingClientRect().top - log.getBoundingClientRect().top  // its sentence first
      }
      answered = address || answered
    }
    const query = new URLSearchParams(location.search)
    if (part("evidence") && part("head") && !begun) {
      begun = true
      new MutationObserver(paint).observe(document.body, { attributeFilter: ["class"] })
      if (query.get("finding") || /^t\d+r|^p\d+s/.test(query.get("at") || "")) evidence(location.search)
    }
    if (part("list") && !listed) {  // the page makes a tab when it is opened
      listed = true
      list()
      if (query.get("document")) read(location.search, query.get("at") || "")
    }
    paint()
    for (const place of document.querySelectorAll("[data-figure]")) draw(place)
    for (const mark of document.querySelectorAll("[data-changed]")) { mark.remove(); list() }
  }).observe(root, { childList: true, subtree: true })
})()
