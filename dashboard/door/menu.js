// On a telephone the menu lies over the page: after a choice it makes room for what was chosen.
document.addEventListener('click', event => {
  const menu = document.querySelector('[data-testid=stSidebar]')
  if (!matchMedia('(max-width: 768px)').matches || !menu?.contains(document.activeElement ?? event.target)) return
  if (!event.target.closest('[data-testid=stSidebarNavLink], [role=option]')) return
  menu.querySelector('[data-testid=stSidebarCollapseButton] button')?.click()
})
