// On a telephone the menu lies over the page: after a choice of a page or in a list it makes room for what was chosen.
const menu = () => document.querySelector('[data-testid=stSidebar]')
const close = () => {
  if (!matchMedia('(max-width: 768px)').matches) return
  menu()?.querySelector('[data-testid=stSidebarCollapseButton] button')?.click()
  document.activeElement?.blur()
}
document.addEventListener('click', event => {
  if (event.target.closest('[data-testid=stSidebarNavLink]')) close()
})
// A list is gone before a click on it would be told: this waits for the finger that is lifted, and for what it chose.
document.addEventListener('pointerup', event => {
  if (event.target.closest('[role=option]') && menu()?.contains(document.activeElement)) setTimeout(close, 150)
}, true)
// Paper is light: what is drawn for a dark screen is told apart there.
addEventListener('beforeprint', () => {
  const app = document.querySelector('.stApp')
  document.documentElement.classList.toggle('was-dark', !!app && getComputedStyle(app).colorScheme === 'dark')
})
