// What the customers' pages share. Whatever a page finds out here is only shown: goods are shipped when Stripe has told
// the server.
(() => {
  'use strict';
  const main = document.querySelector('main');
  const words = document.getElementById('words').dataset;
  const byId = (id) => document.getElementById(id);

  const post = async (url, body) => {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      const json = await answer.json();
      return answer.ok || json.error ? json : { error: words.jsUnavailable };
    } catch (e) {
      return { error: words.jsUnavailable };
    }
  };

  const showError = (text) => {
    byId('error').textContent = text || '';
  };

  const showState = (name, text) => {
    const state = byId('state');
    state.textContent = text;
    state.className = 'state ' + name;
    state.hidden = false;
  };

  // Nobody pays twice by clicking twice: the form takes nothing while it is busy.
  const busy = (is) => {
    const form = byId('form');
    form.setAttribute('aria-busy', String(is));
    byId('submit').disabled = is;
    byId('save').disabled = is;
    byId('spinner').hidden = !is;
  };
  const progress = (text) => {
    byId('progress').textContent = text || '';
  };

  const hideForm = () => {
    byId('form').hidden = true;
  };

  // True when there is nothing left to pay, and that is what the page says now.
  const showFinal = (status) => {
    const states = {
      succeeded: ['succeeded', words.jsSucceeded],
      requires_capture: ['succeeded', words.jsSucceeded],
      processing: ['processing', words.jsProcessing],
      canceled: ['canceled', words.jsCanceled],
    };
    if (!states[status]) {
      return false;
    }
    showState(...states[status]);
    return true;
  };

  const stripe = () =>
    window.Stripe && main.dataset.key ? window.Stripe(main.dataset.key, { locale: main.dataset.language }) : null;

  window.payroutes = { data: main.dataset, words, byId, post, showError, showState, showFinal, hideForm, busy, progress, stripe };
})();
