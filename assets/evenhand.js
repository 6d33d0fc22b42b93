// The script of evenhand. Every page works without it; it starts GOV.UK Frontend's components and adds conveniences: saving
// drafts, a warning before the session ends, number keys on the scoring page, and hiding questions that are not asked.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll,
} from './govuk-frontend.min.js'

const SAVE_EVERY_MS = 30_000
const KEYS_SETTING = 'evenhand-score-keys'
const COPY = 'evenhand-draft:'
const COPY_LIVES_MS = 24 * 3_600_000

// Counts words by our own rule, which is the server's too; all else is GOV.UK Frontend's.
class WordCount extends CharacterCount {
  updateCount() {
    if (this.config.countType === 'words') this.count = countWords(this.$textarea.value)
    else super.updateCount()
  }
}

const COMPONENTS = [
  Button, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, Radios, ServiceNavigation, SkipLink, WordCount,
]

COMPONENTS.forEach((component) => createAll(component))
// Without the space, the words of a file button run together for checkers of its name.
document.querySelectorAll('.govuk-file-upload-button__status').forEach((status) => status.after(' '))
tidyCopies()
document.querySelectorAll('form[data-autosave]').forEach(startAutosave)
document.querySelectorAll('dialog[data-session-extend]').forEach(startSessionWarning)
document.querySelectorAll('form[action="/sign-in"] input[name=to]').forEach(keepPlace)
document.querySelectorAll('[data-score-keys-switch]').forEach(startScoreKeys)
startAsking([...document.querySelectorAll('[data-asked-on]')])

// Words -----------------------------------------------------------------------------------------------------------

// The rule of `words` in src/base/text.rs, on text as the server cleans it. A test compares the two.
export function countWords(text) {
  const DROPPED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF0-\uFFFB\uE000-\uF8FF\u115F\u1160\u3164\uFFA0]/g
  const IDEOGRAPH = /[\u3041-\u3096\u30A1-\u30FA\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\u{20000}-\u{3FFFD}]/u
  const LETTER = /(?!\p{M})[\p{Alphabetic}\p{N}]/u
  const clean = text.replace(/\r\n?/g, '\n').normalize('NFC').replace(DROPPED, '')
  let count = 0
  let counted = false
  for (const character of clean) {
    if (/\p{White_Space}/u.test(character)) {
      counted = false
    } else if (IDEOGRAPH.test(character)) {
      count += 1
      counted = false
    } else if (!counted && LETTER.test(character)) {
      count += 1
      counted = true
    }
  }
  return count
}

// Questions that depend on another of their page ------------------------------------------------------------------

// Each is hidden while the answer that calls it up is not chosen, or its own question is hidden. The server decides again.
function startAsking(areas) {
  const chosen = (name) =>
    [...document.querySelectorAll(`input[name="${CSS.escape(name)}"]:checked`)]
      .filter((input) => !input.closest('[data-asked-on][hidden]'))
      .map((input) => input.value)

  function ask() {
    // In the order of the page, so that what is hidden first decides about what depends on it.
    areas.forEach((area) => {
      const wanted = JSON.parse(area.dataset.askedAnswers)
      area.hidden = !chosen(area.dataset.askedOn).some((value) => wanted.includes(value))
    })
  }

  if (areas.length === 0) return
  areas.forEach((area) => (area.querySelector('[data-asked-line]').hidden = true))
  document.addEventListener('change', ask)
  window.addEventListener('pageshow', ask)
  ask()
}

// Drafts ----------------------------------------------------------------------------------------------------------

function startAutosave(form) {
  const status = form.querySelector('[data-autosave-status]')
  const copy = form.dataset.draft ? startCopy(form) : null
  // What the page shows may be what was typed and not saved; then nothing is sent before somebody has looked at it.
  let known = 'unsaved' in form.dataset ? null : contentOf(form)
  let touched = false
  let saving = false
  let again = false
  let leaving = false
  let closed = false
  let partly = false
  let failures = 0
  let retry = 0

  function dirty() {
    return contentOf(form) !== known
  }

  async function save(late) {
    if (leaving || closed || !touched || !dirty()) return
    if (saving) {
      again = true
      return
    }
    saving = true
    const sent = contentOf(form)
    const fields = fieldsOf(form)
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        redirect: 'manual',
        // Browsers refuse a kept-alive request above 64 KB.
        keepalive: late && fields.length < 60_000,
      })
      if (!answer.ok) return await refused(answer)
      saved(sent, await answer.json().catch(() => ({})))
    } catch {
      failed(copy ? 'Not saved: no connection. Your text is safe on this page.' : 'Not saved: no connection.')
    } finally {
      saving = false
      if (again) {
        again = false
        save(false)
      }
    }
  }

  function saved(sent, result) {
    failures = 0
    known = sent
    const version = form.elements.namedItem('version')
    if (version && result.version !== undefined) version.value = result.version
    noteVersions(form, result.versions || {})
    const conflicts = result.conflicts || []
    const whole = conflicts.length === 0 && (result.unread || []).length === 0
    partly = !whole
    if (copy) {
      conflicts.forEach((code) => sayConflict(form, code))
      if (whole && !dirty()) copy.drop()
    }
    if (result.ends_in) document.dispatchEvent(new CustomEvent('evenhand:alive', { detail: result.ends_in }))
    const at = `Saved at ${result.saved_at || clock()}`
    if (conflicts.length) say(`${at}, but not where somebody else changed your answer.`, true)
    else if (!whole) say(`${at}, but not what we could not understand. Save the page to see what.`, true)
    else say(at, false)
  }

  async function refused(answer) {
    if (answer.type === 'opaqueredirect' || answer.status === 401) {
      const text = copy
        ? 'Not saved. You were signed out. Your text is safe on this page. '
        : 'Not saved. You were signed out. Copy what you wrote, then sign in again. '
      say(text, true)
      status?.append(link('Sign in to save it', signInAddress('/sign-in')))
      return
    }
    const result = await answer.json().catch(() => ({}))
    if (result.problem) {
      closed = true
      say(result.problem, true)
    } else if (answer.status === 403 && copy) {
      const button = form.querySelector('[name=go][value=continue], [name=go][value=save]')?.textContent.trim()
      say(`Not saved. You signed in again since you opened this page. Press “${button}”: nothing you typed is lost.`, true)
    } else if (answer.status === 403) {
      say('Not saved. You were signed out. Copy what you wrote, then sign in again.', true)
    } else if (answer.status === 409) {
      say('Not saved. Someone else changed this page. Copy what you wrote, then reload the page.', true)
    } else {
      failed('Not saved. We will try again. Your answers stay on this page.')
    }
  }

  function failed(text) {
    say(text, true)
    clearTimeout(retry)
    retry = setTimeout(() => save(false), Math.min(60_000, 2000 * 2 ** failures))
    failures += 1
  }

  function say(text, bad) {
    if (!status) return
    status.classList.toggle('evenhand-autosave--failed', bad)
    if (status.textContent !== text) status.textContent = text
  }

  function edited() {
    touched = true
    if (copy && dirty()) copy.keep(false)
  }

  form.addEventListener('input', edited)
  form.addEventListener('change', edited)
  form.addEventListener('focusout', ({ relatedTarget }) => {
    // Who goes on to a button of the form saves by it.
    if (relatedTarget?.form !== form || relatedTarget.type !== 'submit') save(false)
  })
  setInterval(() => save(false), SAVE_EVERY_MS)
  window.addEventListener('online', () => {
    failures = 0
    save(false)
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(true)
  })
  document.addEventListener('evenhand:save', () => {
    touched = touched || (known !== null && dirty())
    save(false)
  })
  document.addEventListener('evenhand:leave', () => {
    if (copy && touched && dirty()) copy.keep(false)
    leaving = true
  })
  form.addEventListener('submit', () => {
    if (copy && (touched || known === null)) copy.keep(true)
    leaving = true
  })
  // Back from the history: the page is alive again and its form may be sent again.
  window.addEventListener('pageshow', () => (leaving = false))
  if (!copy) return
  if (known === null) copy.keep(false)
  window.addEventListener('beforeunload', (event) => {
    if (!leaving && touched && (dirty() || partly)) event.preventDefault()
  })
}

function fieldsOf(form) {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') fields.append(name, value)
  }
  return fields.toString()
}

// What a person typed or chose, without what the page says about itself.
function contentOf(form) {
  return JSON.stringify(typed([...new FormData(form)]))
}

function typed(fields) {
  const own = ['csrf', 'go', 'version', 'versions', 'page', 'held']
  return fields
    .filter(([name, value]) => typeof value === 'string' && !own.includes(name))
    .map(([name, value]) => [name, value.replaceAll('\r\n', '\n').trim()])
    .filter(([, value]) => value !== '')
}

function noteVersions(form, versions) {
  const input = form.elements.namedItem('versions')
  if (!input) return
  const pairs = input.value.split(',').filter(Boolean).map((pair) => pair.split(':'))
  input.value = pairs.map(([code, version]) => `${code}:${versions[code] ?? version}`).join(',')
}

function sayConflict(form, code) {
  const shown = form.elements.namedItem('held')?.value.split(',').includes(code)
  if (shown || form.querySelector(`[data-draft-conflict="${code}"]`)) return
  const control = document.getElementById(code) || form.querySelector(`[name^="${code}"]`)
  const place = control?.closest('.govuk-form-group') || control
  if (!place) return
  const note = document.createElement('p')
  note.className = 'govuk-error-message'
  note.dataset.draftConflict = code
  note.textContent = 'Somebody else changed this answer. '
  const button = document.createElement('button')
  button.className = 'evenhand-link-button'
  button.name = 'go'
  button.value = 'stay'
  button.textContent = 'See both texts and choose'
  note.append(button)
  place.before(note)
}

function link(text, href) {
  const made = document.createElement('a')
  made.className = 'govuk-link'
  made.href = href
  made.textContent = text
  // What is not saved is in the browser's copy, so there is nothing to warn of.
  made.addEventListener('click', () => document.dispatchEvent(new Event('evenhand:leave')))
  return made
}

function clock() {
  return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

// The browser's own copy of what is not saved yet. Each opened page has a copy of its own, so that two tabs do not write over
// each other's. It goes when the server has confirmed it, at signing out, after submission, and after a day.
function startCopy(form) {
  const address = form.dataset.draft
  const key = `${COPY}${address}#${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`
  const shown = contentOf(form)
  const found = copies().filter((other) => other.address === address)
  found.filter((other) => JSON.stringify(typed(other.fields)) === shown).forEach((other) => remove(other.key))
  const [latest] = found
    .filter((other) => JSON.stringify(typed(other.fields)) !== shown)
    .sort((one, other) => other.at - one.at)
  if (latest) offer(form, latest)
  return {
    keep(submitted) {
      const fields = [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && !['csrf', 'go'].includes(name))
      store(key, JSON.stringify({ address, at: Date.now(), submitted, fields }))
    },
    drop() {
      remove(key)
    },
  }
}

function offer(form, found) {
  const at = new Date(found.at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
  const banner = document.createElement('section')
  banner.className = 'govuk-notification-banner'
  banner.setAttribute('aria-labelledby', 'copy-title')
  banner.dataset.draftCopy = ''
  banner.innerHTML = `<div class="govuk-notification-banner__header"><h2 class="govuk-notification-banner__title" id="copy-title">Important</h2></div>
<div class="govuk-notification-banner__content"><p class="govuk-notification-banner__heading"></p>
<div class="govuk-button-group"><form method="post"><button class="govuk-button" data-copy-back>Put it back</button></form>
<button type="button" class="govuk-button govuk-button--secondary" data-copy-away>Throw it away</button></div></div>`
  banner.querySelector('p').textContent = `We found text that was not saved, from ${at}.`
  const back = banner.querySelector('form')
  back.action = found.address
  const fields = [...found.fields, ['csrf', form.elements.namedItem('csrf').value], ['go', 'restore']]
  fields.forEach(([name, value]) => {
    // A text area, because an input would drop the line breaks.
    const field = document.createElement('textarea')
    field.hidden = true
    field.name = name
    field.value = value
    back.append(field)
  })
  banner.querySelector('[data-copy-away]').addEventListener('click', () => {
    remove(found.key)
    banner.remove()
  })
  form.before(banner)
}

function copies() {
  const found = []
  for (const key of keys()) {
    try {
      const copy = JSON.parse(window.localStorage.getItem(key))
      if (Date.now() - copy.at > COPY_LIVES_MS) remove(key)
      else found.push({ ...copy, key })
    } catch {
      remove(key)
    }
  }
  return found
}

function keys() {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(COPY))
  } catch {
    return []
  }
}

function store(key, value) {
  try {
    window.localStorage.setItem(key, value)
  } catch {
    // Storage may be forbidden or full; the text is still on the page.
  }
}

function remove(key) {
  try {
    window.localStorage.removeItem(key)
  } catch {
    // Nothing was stored then.
  }
}

// Copies that are needed no more: of a page whose form arrived, of a submitted application, of whoever signs out.
function tidyCopies() {
  const arrived = document.cookie.match(/(?:^|; )evenhand-saved=([^;]*)/)
  if (arrived) {
    const address = decodeURIComponent(arrived[1])
    copies().filter((copy) => copy.submitted && copy.address === address).forEach((copy) => remove(copy.key))
    document.cookie = 'evenhand-saved=; path=/; max-age=0'
  }
  document.querySelectorAll('[data-draft-over]').forEach(({ dataset }) => {
    copies().filter((copy) => copy.address.startsWith(`${dataset.draftOver}/`)).forEach((copy) => remove(copy.key))
  })
  document.querySelectorAll('form[action="/sign-out"]').forEach((form) => {
    form.addEventListener('submit', () => keys().forEach(remove))
  })
}

// Session ---------------------------------------------------------------------------------------------------------

function startSessionWarning(dialog) {
  const { sessionEndsIn, sessionWarn, sessionExtend, sessionEnded } = dialog.dataset
  const left = dialog.querySelector('[data-session-left]')
  const status = dialog.querySelector('[data-session-status]')
  const csrf = dialog.querySelector('input[name=csrf]')
  // A page opened in another tab keeps the session alive for this one too.
  const tabs = new BroadcastChannel('evenhand-session')
  tabs.onmessage = ({ data }) => lasts(data)
  let endsAt = 0

  function lasts(until) {
    endsAt = Math.max(endsAt, until)
    status.textContent = ''
    if (dialog.open) dialog.close()
  }

  function extended(seconds) {
    lasts(Date.now() + Number(seconds) * 1000)
    tabs.postMessage(endsAt)
  }

  extended(sessionEndsIn)
  // Saving in the background keeps the session alive too.
  document.addEventListener('evenhand:alive', ({ detail }) => extended(detail))
  // Looked at each second because timers stop while a computer sleeps.
  const watch = setInterval(() => {
    const seconds = Math.ceil((endsAt - Date.now()) / 1000)
    if (seconds <= 0) {
      clearInterval(watch)
      document.dispatchEvent(new Event('evenhand:leave'))
      window.location.assign(signInAddress(sessionEnded))
    } else if (seconds <= Number(sessionWarn)) {
      left.textContent = inWords(seconds)
      if (dialog.open) return
      document.dispatchEvent(new Event('evenhand:save'))
      dialog.showModal()
    }
  }, 1000)

  dialog.querySelector('[data-session-stay]').addEventListener('click', stay)
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault()
    stay()
  })

  async function stay() {
    try {
      const answer = await fetch(sessionExtend, {
        method: 'POST',
        body: new URLSearchParams({ csrf: csrf.value }),
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        redirect: 'error',
      })
      if (!answer.ok) throw new Error(`${answer.status}`)
      const result = await answer.json().catch(() => ({}))
      extended(result.ends_in || sessionEndsIn)
    } catch {
      status.textContent = 'We could not keep you signed in. Check your connection and try again.'
    }
  }
}

// The sign-in page that leads back to this very place.
function signInAddress(page) {
  const { pathname, search, hash } = window.location
  return `${page}?to=${encodeURIComponent(pathname + search + hash)}`
}

// A server does not see the part of an address behind `#`; a redirect to the sign-in page hands it on.
function keepPlace(to) {
  if (to.value && !to.value.includes('#')) to.value += window.location.hash
}

function inWords(seconds) {
  if (seconds > 60) return `${Math.ceil(seconds / 60)} minutes`
  return seconds === 1 ? '1 second' : `${seconds} seconds`
}

// Scoring ---------------------------------------------------------------------------------------------------------

// A number key chooses the mark of that value in the criterion that has the focus. It does nothing elsewhere.
function startScoreKeys(area) {
  const box = area.querySelector('input[type=checkbox]')
  area.hidden = false
  box.checked = remembered() !== 'off'
  box.addEventListener('change', () => remember(box.checked ? 'on' : 'off'))

  document.addEventListener('keydown', (event) => {
    if (!box.checked || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9]$/.test(event.key)) return
    if (event.target.matches('textarea, select, input:not([type=radio])')) return
    const group = event.target.closest('[data-score-keys]')
    const mark = group?.querySelector(`input[type=radio][value="${event.key}"]`)
    if (!mark || mark.disabled) return
    event.preventDefault()
    mark.focus()
    mark.click()
  })
}

function remembered() {
  try {
    return window.localStorage.getItem(KEYS_SETTING)
  } catch {
    return null
  }
}

function remember(setting) {
  try {
    window.localStorage.setItem(KEYS_SETTING, setting)
  } catch {
    // Storage may be forbidden; the switch then holds for this page only.
  }
}
