// Hastens what works without it: results while one types, tabs instead of all
// languages below one another, a button to copy, and where one is on the page.
const $ = (selector, root = document) => [...root.querySelectorAll(selector)];
const make = (name, properties, ...children) => {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
};
const remember = (key, value) => { try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; } };

// copy
for (const figure of $('figure.code')) {
  const button = make('button', { type: 'button', className: 'copy', textContent: 'Copy' });
  button.addEventListener('click', async () => {
    const text = figure.querySelector('code').textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection().selectAllChildren(figure.querySelector('code'));
      button.textContent = 'Press Ctrl+C';
    }
    setTimeout(() => { button.textContent = 'Copy'; }, 2000);
  });
  figure.append(button);
}

// tabs: the language that was chosen last, everywhere
let groups = 0;
const choose = (label) => {
  for (const tabs of $('.tabs')) {
    const own = $(':scope > .tab', tabs);
    const chosen = own.find((tab) => tab.dataset.tab === label) ?? own.find((tab) => !tab.hidden) ?? own[0];
    for (const tab of own) {
      tab.hidden = tab !== chosen;
      const button = document.getElementById(`${tab.id}-button`);
      button.setAttribute('aria-selected', String(tab === chosen));
      button.tabIndex = tab === chosen ? 0 : -1;
    }
  }
};
for (const tabs of $('.tabs')) {
  const group = groups++;
  const bar = make('div', { className: 'tab-bar' });
  bar.setAttribute('role', 'tablist');
  bar.setAttribute('aria-label', 'Language');
  $(':scope > .tab', tabs).forEach((tab, i) => {
    tab.id = `tab-${group}-${i}`;
    tab.setAttribute('role', 'tabpanel');
    tab.setAttribute('aria-labelledby', `${tab.id}-button`);
    const button = make('button', { type: 'button', id: `${tab.id}-button`, textContent: tab.dataset.tab });
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', tab.id);
    button.addEventListener('click', () => {
      const before = button.getBoundingClientRect().top;
      remember('language', tab.dataset.tab);
      choose(tab.dataset.tab);
      scrollBy(0, button.getBoundingClientRect().top - before);
    });
    bar.append(button);
  });
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const buttons = $('button', bar);
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next.click();
    next.focus();
  });
  tabs.prepend(bar);
  tabs.classList.add('ready');
}
choose(remember('language') ?? 'curl');
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();

// search
const form = document.querySelector('.find');
const field = form.querySelector('input');
const results = form.querySelector('.results');
const status = make('p', { className: 'hidden' });
status.setAttribute('role', 'status');
form.append(status);
let latest = 0;
const close = () => { results.hidden = true; };
const search = async () => {
  const query = field.value.trim();
  const turn = ++latest;
  if (!query) return close();
  let found;
  try {
    const response = await fetch(`/docs/search?q=${encodeURIComponent(query)}`, { headers: { Accept: 'application/json' } });
    found = await response.json();
  } catch { return; }
  if (turn !== latest) return;
  results.replaceChildren(...found.map((r) => make('a', { href: r.address }, make('b', { textContent: r.title }), make('span', { textContent: r.page === r.title ? r.group : r.page }), make('small', { textContent: r.excerpt }))));
  if (!found.length) results.append(make('p', { textContent: `Nothing has all the words of “${query}”.` }));
  results.hidden = false;
  status.textContent = `${found.length} results`;
};
let wait;
field.addEventListener('input', () => { clearTimeout(wait); wait = setTimeout(search, 80); });
field.addEventListener('focus', () => { if (field.value.trim()) search(); });
form.addEventListener('focusout', (event) => { if (!form.contains(event.relatedTarget)) setTimeout(close, 150); });
form.addEventListener('keydown', (event) => {
  const links = $('a', results);
  if (event.key === 'Escape') { close(); field.focus(); return; }
  if (results.hidden || !links.length) return;
  const at = links.indexOf(document.activeElement);
  if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)].focus();
  else if (event.key === 'ArrowUp') (at > 0 ? links[at - 1] : field).focus();
  else if (event.key === 'Enter' && at < 0) links[0].click();
  else return;
  event.preventDefault();
});
results.addEventListener('click', () => setTimeout(close));
addEventListener('keydown', (event) => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '');
  if ((event.key === '/' && !typing) || (event.key === 'k' && (event.metaKey || event.ctrlKey))) {
    event.preventDefault();
    field.focus();
    field.select();
  }
});

// navigation
const pages = document.getElementById('pages');
pages.addEventListener('click', (event) => { if (event.target.closest('a') && pages.matches(':popover-open')) pages.hidePopover(); });
const current = pages.querySelector('[aria-current=page]');
if (current && pages.scrollHeight > pages.clientHeight) pages.scrollTop = current.offsetTop - pages.clientHeight / 3;
const marks = new Map($('.here a').map((a) => [decodeURIComponent(a.hash.slice(1)), a]));
const targets = [...marks.keys()].map((id) => document.getElementById(id)).filter(Boolean);
if (targets.length) {
  let queued = false;
  const mark = () => {
    queued = false;
    const bottom = innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
    const passed = targets.filter((t) => t.getBoundingClientRect().top < 140);
    const here = bottom ? targets.at(-1) : passed.at(-1);
    for (const [id, a] of marks) {
      if (id === here?.id) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
    }
  };
  addEventListener('scroll', () => { if (!queued) { queued = true; requestAnimationFrame(mark); } }, { passive: true });
  mark();
}
