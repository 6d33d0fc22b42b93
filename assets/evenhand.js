// The script of evenhand. Every page works without it; it starts GOV.UK Frontend's components and adds conveniences: saving
// drafts, a warning before the session ends, number keys on the scoring page, and hiding questions that are not asked.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, Radios, ServiceNavigation, SkipLink, createAll,
} from './govuk-frontend.min.js'

const SAVE_EVERY_MS = 30_000
const KEYS_SETTING = 'evenhand-score-keys'

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
document.querySelectorAll('form[data-autosave]').forEach(startAutosave)
document.querySelectorAll('dialog[data-session-extend]').forEach(startSessionWarning)
document.querySelectorAll('[data-score-keys-switch]').forEach(startScoreKeys)
startAsking([...document.querySelectorAll('[data-asked-on]')])

// Words -----------------------------------------------------------------------------------------------------------

// The rule of `words` in src/base/text.rs, on text as the server cleans it. A test compares the two.
export function countWords(text) {
  const DROPPED = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\uE000-\uF8FF]/g
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
  let sent = fieldsOf(form)
  let saving = false
  let submitted = false

  async function save(leaving) {
    const fields = fieldsOf(form)
    if (saving || submitted || fields === sent) return
    saving = true
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { Accept: 'application/json' },
        credentials: 'same-origin',
        redirect: 'error',
        // Browsers refuse a kept-alive request above 64 KB.
        keepalive: leaving && fields.length < 60_000,
      })
      if (!answer.ok) return say(refusal(answer.status), true)
      const result = await answer.json().catch(() => ({}))
      const version = form.elements.namedItem('version')
      if (version && result.version !== undefined) version.value = result.version
      // Only the version may differ from what was sent; a change made meanwhile is saved next time.
      sent = withVersion(fields, version)
      say(`Saved at ${result.saved_at || clock()}`, false)
    } catch {
      say('Not saved. Check your connection. Your answers stay on this page.', true)
    } finally {
      saving = false
    }
  }

  function say(text, failed) {
    if (!status) return
    status.classList.toggle('evenhand-autosave--failed', failed)
    if (status.textContent !== text) status.textContent = text
  }

  setInterval(() => save(false), SAVE_EVERY_MS)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(true)
  })
  document.addEventListener('evenhand:save', () => save(false))
  form.addEventListener('submit', () => (submitted = true))
  // Back from the history: the page is alive again and its form may be sent again.
  window.addEventListener('pageshow', () => (submitted = false))
}

function fieldsOf(form) {
  const fields = new URLSearchParams()
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') fields.append(name, value)
  }
  return fields.toString()
}

function withVersion(fields, version) {
  const changed = new URLSearchParams(fields)
  if (version) changed.set('version', version.value)
  return changed.toString()
}

function refusal(status) {
  if (status === 409) return 'Not saved. Someone else changed this page. Copy what you wrote, then reload the page.'
  if (status === 401 || status === 403) return 'Not saved. You were signed out. Copy what you wrote, then sign in again.'
  return 'Not saved. We will try again. Your answers stay on this page.'
}

function clock() {
  return new Date().toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
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
  // Looked at each second because timers stop while a computer sleeps.
  const watch = setInterval(() => {
    const seconds = Math.ceil((endsAt - Date.now()) / 1000)
    if (seconds <= 0) {
      clearInterval(watch)
      window.location.assign(sessionEnded)
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
