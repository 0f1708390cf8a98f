// What does not stand well on a page, one line for each: words that are cut off, covered or run into each other, and
// in pictures words that leave them, are shortened, or lie half over a bar. The window must be as tall as the page.
() => {
  const found = new Set()
  const say = (what, ...where) => found.add(`${what}: ${where.map(it => `${it}`.trim().slice(0, 50)).join(' | ')}`)
  const MOST = 1, LEADING = 4 // pixels: what is lost in rounding, and the empty room over letters
  const overlap = (a, b) => Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
  const within = (a, b, slack = MOST) =>
    a.left >= b.left - MOST && a.right <= b.right + MOST && a.top >= b.top - slack && a.bottom <= b.bottom + slack
  const part = it => it.closest('[data-testid]')?.dataset.testid
  const main = document.querySelector('[data-testid=stMain]')
  const menu = document.querySelector('[data-testid=stSidebar]')
  const isAway = it => menu?.contains(it) && menu.getBoundingClientRect().right <= MOST

  function* words() {
    const unseen = 'svg, style, script, template, [data-testid=stIconMaterial], [data-testid=stSkipToContent]'
    const walker = document.createTreeWalker(document.querySelector('#root'), NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const text = walker.currentNode, it = text.parentElement, range = document.createRange()
      if (!text.data.trim() || it.closest(unseen) || isAway(it) || !it.checkVisibility({visibilityProperty: true})) continue
      range.selectNodeContents(text)
      const boxes = [...range.getClientRects()].filter(box => box.width > MOST && box.height > MOST)
      if (boxes.length) yield {it, text: text.data, boxes}
    }
  }

  // A box that scrolls sideways is said to do so by the words above it.
  const isSaid = box => [...box.closest('[data-testid=stElementContainer]')?.previousElementSibling
    ?.querySelectorAll('[class*=_aside_]') ?? []].some(it => it.checkVisibility())

  function cut({it, text, boxes}) {
    for (let box = it; box && box !== main; box = box.parentElement) {
      const {overflowX, overflowY} = getComputedStyle(box), edge = box.getBoundingClientRect()
      if (overflowX === 'auto' || overflowX === 'scroll') {
        if (box.scrollWidth <= box.clientWidth + MOST) continue
        return isSaid(box) || say('scrolls aside unsaid', part(box), text)
      }
      const isCut = boxes.some(one =>
        (overflowX !== 'visible' && (one.left < edge.left - MOST || one.right > edge.right + MOST)) ||
        (overflowY !== 'visible' && (one.top < edge.top - LEADING || one.bottom > edge.bottom + LEADING)))
      if (isCut) return say('cut off', part(it), text)
    }
    if (main.contains(it) && boxes.some(one => one.right > innerWidth + MOST)) say('runs off the page', part(it), text)
  }

  function covered({it, text, boxes: [box]}) {
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    if (top && !top.contains(it) && !it.contains(top)) say('covered', text, part(top))
  }

  function inPicture(svg) {
    const edge = svg.getBoundingClientRect()
    const where = svg.closest('[data-testid=stVerticalBlock]:has(h1, h2, h3)').querySelector('h1, h2, h3').innerText
    const texts = [...svg.querySelectorAll('text')]
      .filter(it => it.textContent.trim() && it.checkVisibility({opacityProperty: true}))
      .map(it => ({text: it.textContent, box: it.getBoundingClientRect(), hasHalo: !!it.getAttribute('stroke')}))
    const isBar = it => Number(it.getAttribute('opacity') ?? 1) > 0.2
    const bars = [...svg.querySelectorAll('.mark-rect.role-mark path')].filter(isBar).map(it => it.getBoundingClientRect())
    texts.forEach(({text, box}, n) => {
      if (!within(box, edge, LEADING)) say('leaves its picture', where, text)
      if (text.includes('…')) say('shortened', where, text)
      for (const other of texts.slice(n + 1)) {
        if (other.text !== text && overlap(box, other.box) > MOST) say('words over words', where, text, other.text)
      }
      const isReadable = texts.some(twin => twin.hasHalo && twin.text === text && overlap(twin.box, box) > MOST)
      if (!isReadable && bars.some(bar => overlap(box, bar) > MOST && !within(box, bar))) say('words over a bar', where, text)
    })
  }

  if (!document.querySelector('h1')) say('no page')
  if (main.scrollWidth > main.clientWidth + MOST) say('wider than the window', main.scrollWidth)
  const all = [...words()]
  all.forEach((one, n) => {
    cut(one)
    covered(one)
    for (const other of all.slice(n + 1)) {
      if (one.boxes.some(a => other.boxes.some(b => overlap(a, b) > 2 * MOST))) say('words over words', one.text, other.text)
    }
  })
  for (const svg of document.querySelectorAll('[data-testid=stVegaLiteChart] svg')) if (svg.checkVisibility()) inPicture(svg)
  return [...found]
}
