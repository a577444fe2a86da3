// The card form inside its frame: the page around it never sees what is typed here.
(function () {
  'use strict';

  const TEXTS = {
    en: {
      title: 'Card details', number: 'Card number', expiry: 'Expiration date', cvc: 'Security code',
      incomplete_number: 'Your card number is incomplete.', invalid_number: 'Your card number is invalid.',
      incomplete_expiry: 'Your card’s expiration date is incomplete.',
      invalid_expiry_year_past: 'Your card’s expiration year is in the past.',
      incomplete_cvc: 'Your card’s security code is incomplete.',
      terms: 'By providing your card information, you allow the shop to charge your card for future payments in accordance with their terms.'
    },
    ja: {
      title: 'カード情報', number: 'カード番号', expiry: '有効期限', cvc: 'セキュリティコード',
      incomplete_number: 'カード番号に不備があります。', invalid_number: 'カード番号が無効です。',
      incomplete_expiry: 'カードの有効期限に不備があります。',
      invalid_expiry_year_past: 'カードの有効期限が過ぎています。',
      incomplete_cvc: 'カードのセキュリティコードに不備があります。',
      terms: 'カード情報を提供することにより、お客様は規約に従って今後の支払いをカードに請求することを許可したことになります。'
    }
  };

  const query = new URLSearchParams(window.location.search);
  const language = TEXTS[(query.get('locale') || 'en').slice(0, 2)] ? query.get('locale').slice(0, 2) : 'en';
  const text = TEXTS[language];
  const key = query.get('key');
  const frame = query.get('frame');
  const inputs = {};

  function tell(message) {
    window.parent.postMessage(Object.assign({standIn: 'card', frame}, message), '*');
  }

  function digits(name) {
    return inputs[name].value.replace(/\D/g, '');
  }

  function passesLuhn(number) {
    let sum = 0;
    for (let i = 0; i < number.length; i++) {
      const digit = Number(number[number.length - 1 - i]) * (i % 2 === 0 ? 1 : 2);
      sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 === 0;
  }

  function problem(name) {
    const value = digits(name);
    if (name === 'number') {
      if (value.length < 14) return 'incomplete_number';
      return passesLuhn(value) ? null : 'invalid_number';
    }
    if (name === 'expiry') {
      const month = Number(value.slice(0, 2));
      if (value.length < 4 || month < 1 || month > 12) return 'incomplete_expiry';
      const now = new Date();
      const end = (2000 + Number(value.slice(2, 4))) * 12 + month;
      return end < now.getFullYear() * 12 + now.getMonth() + 1 ? 'invalid_expiry_year_past' : null;
    }
    return value.length < 3 ? 'incomplete_cvc' : null;
  }

  function show(name, code) {
    document.getElementById(name + '-problem').textContent = code ? text[code] : '';
    inputs[name].setAttribute('aria-invalid', code ? 'true' : 'false');
    resize();
  }

  function error(code) {
    return {type: 'validation_error', code, message: text[code]};
  }

  function validate() {
    let first = null;
    for (const name of Object.keys(inputs)) {
      const code = problem(name);
      show(name, code);
      if (code && !first) {
        first = code;
        inputs[name].focus();
      }
    }
    return first && error(first);
  }

  function changed(code) {
    const names = Object.keys(inputs);
    const complete = names.every(name => !problem(name));
    const empty = names.every(name => !inputs[name].value);
    tell({event: 'change', detail: {complete, empty, error: code ? error(code) : undefined, value: {type: 'card'}}});
  }

  function format(input) {
    const only = input.value.replace(/\D/g, '');
    if (input.id === 'number') input.value = only.slice(0, 19).replace(/(\d{4})(?=\d)/g, '$1 ');
    if (input.id === 'expiry') input.value = only.length > 2 ? only.slice(0, 2) + ' / ' + only.slice(2, 4) : only;
    if (input.id === 'cvc') input.value = only.slice(0, 4);
  }

  function resize() {
    tell({event: 'resize', detail: {height: document.getElementById('card').scrollHeight + 8}});
  }

  function append(form, name, value) {
    if (value === null || value === undefined) return;
    if (typeof value === 'object') {
      for (const part of Object.keys(value)) append(form, name + '[' + part + ']', value[part]);
    } else {
      form.append(name, value);
    }
  }

  async function create(data) {
    const invalid = validate();
    if (invalid) return {error: invalid};
    const form = new URLSearchParams();
    form.append('key', key);
    form.append('type', 'card');
    append(form, 'card', {
      number: digits('number'), exp_month: Number(digits('expiry').slice(0, 2)),
      exp_year: 2000 + Number(digits('expiry').slice(2, 4)), cvc: digits('cvc')
    });
    append(form, 'billing_details', data.billing_details);
    append(form, 'allow_redisplay', data.allow_redisplay);
    append(form, 'metadata', data.metadata);
    try {
      const answer = await fetch('/v1/payment_methods', {method: 'POST', body: form});
      const body = await answer.json();
      return body.error ? {error: body.error} : {paymentMethod: body};
    } catch (e) {
      return {error: {type: 'api_connection_error', message: 'We are experiencing issues connecting to our payments provider. You have not been charged. Please check your internet connection and try again.'}};
    }
  }

  window.addEventListener('message', async event => {
    const message = event.data;
    if (event.source !== window.parent || !message || message.standIn !== 'page') return;
    switch (message.action) {
      case 'validate':
        tell({reply: message.id, result: {error: validate() || undefined}});
        break;
      case 'create':
        tell({reply: message.id, result: await create(message.data || {})});
        break;
      case 'focus':
        inputs.number.focus();
        break;
      case 'clear':
        for (const name of Object.keys(inputs)) {
          inputs[name].value = '';
          show(name, null);
        }
        changed();
        break;
      case 'disabled':
        for (const name of Object.keys(inputs)) inputs[name].disabled = message.data;
        break;
      case 'terms':
        document.getElementById('terms').textContent = message.data ? text.terms : '';
        resize();
        break;
    }
  });

  document.documentElement.lang = language;
  document.title = text.title;
  document.querySelectorAll('[data-text]').forEach(label => {
    label.textContent = text[label.dataset.text];
  });
  for (const name of ['number', 'expiry', 'cvc']) {
    const input = document.getElementById(name);
    inputs[name] = input;
    input.addEventListener('input', () => {
      format(input);
      if (input.getAttribute('aria-invalid') === 'true') show(name, problem(name));
      changed();
    });
    input.addEventListener('change', () => {
      const code = input.value ? problem(name) : null;
      show(name, code);
      if (code) changed(code);
    });
    input.addEventListener('focus', () => tell({event: 'focus', detail: {}}));
    input.addEventListener('blur', () => tell({event: 'blur', detail: {}}));
  }
  document.getElementById('card').addEventListener('submit', event => event.preventDefault());
  resize();
  tell({event: 'ready', detail: {}});
})();
