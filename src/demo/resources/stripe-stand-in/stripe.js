// A stand-in for Stripe.js. It needs no inline script or style: all styles are set through the CSSOM.
(function () {
  'use strict';

  const ORIGIN = new URL(document.currentScript.src).origin;
  const UNREACHABLE = {
    type: 'api_connection_error',
    message: 'We are experiencing issues connecting to our payments provider. You have not been charged. Please check your internet connection and try again.'
  };
  const NOT_AUTHENTICATED = 'We are unable to authenticate your payment method. Please choose a different payment method and try again.';
  let frames = 0;

  function integrationError(message) {
    const error = new Error(message);
    error.name = 'IntegrationError';
    return error;
  }

  function append(form, name, value) {
    if (value === null || value === undefined) return;
    if (typeof value === 'object') {
      for (const part of Object.keys(value)) append(form, name + '[' + part + ']', value[part]);
    } else {
      form.append(name, value);
    }
  }

  // ---- what is mounted into the page

  function Element(stripe, elements, type, options) {
    this._stripe = stripe;
    this._elements = elements;
    this._type = type;
    this._options = options || {};
    this._handlers = {};
    this._frame = null;
    this._ready = false;
    this._waiting = new Map();
    this._calls = 0;
    this._listener = event => this._receive(event);
  }

  Element.prototype = {
    mount(target) {
      const host = typeof target === 'string' ? document.querySelector(target) : target;
      if (!host) {
        throw integrationError('The selector you specified (' + target + ') applies to no DOM elements that are currently on the page.');
      }
      if (this._frame) throw integrationError('This Element is already mounted. Use `unmount()` to unmount the Element before re-mounting.');
      this._host = host;
      this._name = String(++frames);
      window.addEventListener('message', this._listener);
      const frame = document.createElement('iframe');
      const locale = this._elements._options.locale || this._stripe._options.locale || 'auto';
      const query = new URLSearchParams({
        key: this._stripe._key, frame: this._name,
        locale: locale === 'auto' ? navigator.language : locale
      });
      frame.src = ORIGIN + '/v3/card.html?' + query;
      frame.title = 'Secure card payment input frame';
      frame.name = '__privateStripeFrame' + this._name;
      frame.style.border = '0';
      frame.style.width = '100%';
      frame.style.height = '220px';
      frame.style.colorScheme = 'normal';
      host.replaceChildren(frame);
      host.classList.add('StripeElement');
      this._frame = frame;
      this._elements._problem().then(error => {
        if (error) this._emit('loaderror', {elementType: this._type, error});
      });
      return this;
    },

    unmount() {
      window.removeEventListener('message', this._listener);
      if (this._frame) this._frame.remove();
      this._frame = null;
      this._ready = false;
      return this;
    },

    destroy() {
      this.unmount();
      this._elements._forget(this);
    },

    on(event, handler) {
      (this._handlers[event] = this._handlers[event] || []).push(handler);
      return this;
    },

    once(event, handler) {
      const wrapped = detail => {
        this.off(event, wrapped);
        handler(detail);
      };
      return this.on(event, wrapped);
    },

    off(event, handler) {
      this._handlers[event] = handler ? (this._handlers[event] || []).filter(one => one !== handler) : [];
      return this;
    },

    update(options) {
      Object.assign(this._options, options);
      if (options && 'disabled' in options) this._send('disabled', options.disabled);
      return this;
    },

    focus() {
      this._send('focus');
    },

    clear() {
      this._send('clear');
    },

    _send(action, data) {
      if (this._frame) this._frame.contentWindow.postMessage({standIn: 'page', action, data}, ORIGIN);
    },

    _ask(action, data) {
      if (!this._frame || !this._ready) {
        return Promise.reject(integrationError('We could not retrieve data from the specified Element. Please make sure the Element you are attempting to use is still mounted.'));
      }
      const id = ++this._calls;
      return new Promise(resolve => {
        this._waiting.set(id, resolve);
        this._frame.contentWindow.postMessage({standIn: 'page', action, id, data}, ORIGIN);
      });
    },

    // Only what a frame can be told: the card Element itself is in `data`, too.
    _create(data) {
      const {billing_details, allow_redisplay, metadata} = data || {};
      return this._ask('create', {billing_details, allow_redisplay, metadata});
    },

    _receive(event) {
      const message = event.data;
      if (!this._frame || event.source !== this._frame.contentWindow || !message || message.standIn !== 'card') return;
      if (message.reply) {
        const resolve = this._waiting.get(message.reply);
        this._waiting.delete(message.reply);
        resolve(message.result);
      } else if (message.event === 'resize') {
        this._frame.style.height = message.detail.height + 'px';
      } else {
        if (message.event === 'ready') {
          this._ready = true;
          this._showTerms();
        }
        this._emit(message.event, Object.assign({elementType: this._type}, message.detail));
      }
    },

    _showTerms() {
      const terms = (this._options.terms || {}).card;
      this._send('terms', this._type === 'payment' && terms !== 'never' && Boolean(this._elements._keeps));
    },

    _emit(event, detail) {
      (this._handlers[event] || []).slice().forEach(handler => handler(detail));
    }
  };

  // ---- a group of them

  function Elements(stripe, options) {
    this._stripe = stripe;
    this._options = options || {};
    this._all = [];
    this._submitted = false;
    this._keeps = this._options.setupFutureUsage || null;
    this._loaded = null;
    if (this._options.clientSecret) {
      if (this._options.mode) {
        throw integrationError('Invalid value for elements(): clientSecret and mode cannot be combined.');
      }
      this._load();
    } else if (this._options.mode && this._options.mode !== 'setup') {
      if (!Number.isInteger(this._options.amount)) {
        throw integrationError('Invalid value for elements(): amount should be an integer. You specified: ' + this._options.amount + '.');
      }
      if (!/^[a-z]{3}$/.test(this._options.currency || '')) {
        throw integrationError('Invalid value for elements(): currency should be one of the supported currencies. You specified: ' + this._options.currency + '.');
      }
    }
  }

  Elements.prototype = {
    create(type, options) {
      if (type !== 'payment' && type !== 'card') {
        throw integrationError('A valid Element name must be provided. Valid Elements are: payment, card. You passed: ' + type + '.');
      }
      if (type === 'payment' && !this._options.clientSecret && !this._options.mode) {
        throw integrationError('In order to create a payment element, you must pass a clientSecret or mode when creating the Elements group.');
      }
      if (this.getElement(type)) throw integrationError('Can only create one Element of type ' + type + '.');
      const element = new Element(this._stripe, this, type, options);
      this._all.push(element);
      return element;
    },

    getElement(type) {
      return this._all.find(element => element._type === type) || null;
    },

    update(options) {
      Object.assign(this._options, options);
      if (options && 'setupFutureUsage' in options) this._keep(options.setupFutureUsage);
    },

    async submit() {
      const element = this._all[0];
      if (!element) throw integrationError('elements.submit() was called without an Element.');
      const result = await element._ask('validate');
      this._submitted = !result.error;
      return result.error ? {error: result.error} : {selectedPaymentMethod: 'card'};
    },

    async fetchUpdates() {
      if (!this._options.clientSecret) {
        throw integrationError('elements.fetchUpdates() can only be used with a clientSecret.');
      }
      const result = await this._load();
      return result.error ? {error: result.error} : {};
    },

    _load() {
      this._loaded = this._stripe._retrieve(this._options.clientSecret).then(result => {
        if (result.intent) this._keep(result.intent.object === 'setup_intent' ? 'off_session' : result.intent.setup_future_usage);
        return result;
      });
      return this._loaded;
    },

    _keep(usage) {
      this._keeps = usage;
      this._all.forEach(element => element._showTerms());
    },

    async _problem() {
      if (!this._loaded) return null;
      const result = await this._loaded;
      if (result.error) return result.error;
      const status = result.intent.status;
      if (status === 'succeeded' || status === 'canceled') {
        return {
          type: 'invalid_request_error',
          message: 'This ' + (result.intent.object === 'setup_intent' ? 'SetupIntent' : 'PaymentIntent') + ' is in a terminal state and cannot be used to initialize Elements.'
        };
      }
      return null;
    },

    _forget(element) {
      this._all = this._all.filter(one => one !== element);
    }
  };

  // ---- stripe

  function StripeJs(key, options) {
    if (typeof key !== 'string' || !/^pk_/.test(key)) {
      throw integrationError('Please call Stripe() with your publishable key. You used: ' + key + '.');
    }
    this._key = key;
    this._options = options || {};
  }

  StripeJs.prototype = {
    elements(options) {
      return new Elements(this, options);
    },

    async createPaymentMethod(first, second, third) {
      if (first && first.elements) {
        if (!first.elements._submitted) {
          throw integrationError('elements.submit() must be called before stripe.createPaymentMethod() with elements.');
        }
        return first.elements._all[0]._create(first.params);
      }
      const data = typeof first === 'string' ? Object.assign({type: first}, third) : first;
      const card = typeof first === 'string' ? second : data.card;
      if (data.type !== 'card' || !(card instanceof Element)) {
        throw integrationError('Invalid value for createPaymentMethod: card should be an Element.');
      }
      return card._create(data);
    },

    confirmPayment(options) {
      return this._confirm('payment', options);
    },

    confirmSetup(options) {
      return this._confirm('setup', options);
    },

    async retrievePaymentIntent(clientSecret) {
      return named(await this._retrieve(clientSecret));
    },

    async retrieveSetupIntent(clientSecret) {
      return named(await this._retrieve(clientSecret));
    },

    async confirmCardPayment(clientSecret, data, options) {
      return this._confirmCard(clientSecret, data, options);
    },

    async confirmCardSetup(clientSecret, data, options) {
      return this._confirmCard(clientSecret, data, options);
    },

    async handleCardAction(clientSecret) {
      const result = await this._retrieve(clientSecret);
      if (result.error) return {error: result.error};
      if (result.intent.confirmation_method !== 'manual') {
        throw integrationError('handleCardAction: The PaymentIntent supplied does not require manual server-side confirmation. Please use confirmCardPayment instead to complete the payment.');
      }
      if (result.intent.status !== 'requires_action') {
        throw integrationError('handleCardAction: The PaymentIntent supplied is not in the requires_action state.');
      }
      return named(await this._act(result.intent));
    },

    async handleNextAction(options) {
      const result = await this._retrieve((options || {}).clientSecret);
      if (result.error) return {error: result.error};
      if (result.intent.status !== 'requires_action') {
        throw integrationError('handleNextAction: The ' + (result.intent.object === 'setup_intent' ? 'SetupIntent' : 'PaymentIntent') + ' supplied is not in the requires_action state.');
      }
      return named(await this._act(result.intent));
    },

    async _confirm(kind, options) {
      const {elements, confirmParams = {}, redirect = 'always'} = options || {};
      const name = kind === 'payment' ? 'confirmPayment' : 'confirmSetup';
      const clientSecret = options.clientSecret || (elements && elements._options.clientSecret);
      if (!clientSecret) throw integrationError('stripe.' + name + '(): the clientSecret is missing.');
      if (redirect !== 'if_required' && !confirmParams.return_url) {
        throw integrationError('stripe.' + name + '(): confirmParams.return_url is required unless redirect is "if_required".');
      }
      if (elements && !elements._options.clientSecret && !elements._submitted) {
        throw integrationError('elements.submit() must be called before stripe.' + name + '().');
      }
      const params = Object.assign({}, confirmParams);
      delete params.payment_method_data;
      if (elements) {
        const mismatch = await this._mismatch(elements, clientSecret);
        if (mismatch) return {error: mismatch};
        const element = elements._all[0];
        if (!element) throw integrationError('stripe.' + name + '(): the elements have no Element that is mounted.');
        const made = await element._create(confirmParams.payment_method_data);
        if (made.error) return {error: made.error};
        params.payment_method = made.paymentMethod.id;
      }
      const result = await this._post(clientSecret, params);
      if (result.error) return {error: result.error};
      const returnUrl = confirmParams.return_url;
      if (redirect !== 'if_required') {
        go(returnUrl, result.intent);
        return new Promise(() => {});
      }
      return named(result);
    },

    // Elements that were made before the intent have to be for the same amount.
    async _mismatch(elements, clientSecret) {
      if (elements._options.clientSecret || elements._options.mode !== 'payment') return null;
      const result = await this._retrieve(clientSecret);
      if (result.error) return result.error;
      for (const field of ['amount', 'currency']) {
        if (result.intent[field] !== elements._options[field]) {
          return {
            type: 'invalid_request_error',
            message: 'The PaymentIntent\'s ' + field + ' (' + result.intent[field] + ') does not match the ' + field + ' of the Elements (' + elements._options[field] + ').'
          };
        }
      }
      return null;
    },

    async _confirmCard(clientSecret, data, options) {
      const params = Object.assign({}, data);
      const method = params.payment_method;
      if (method && typeof method === 'object') {
        if (!(method.card instanceof Element)) throw integrationError('Invalid value for payment_method.card: an Element is needed.');
        const made = await method.card._create(method);
        if (made.error) return {error: made.error};
        params.payment_method = made.paymentMethod.id;
      }
      const result = await this._post(clientSecret, params, options && options.handleActions === false);
      return named(result);
    },

    // Confirms, and lets the customer do what that asks for.
    async _post(clientSecret, params, leaveAction) {
      const body = new URLSearchParams();
      body.append('key', this._key);
      body.append('client_secret', clientSecret);
      body.append('use_stripe_sdk', 'true');
      for (const name of Object.keys(params)) append(body, name, params[name]);
      const result = await this._fetch(path(clientSecret) + '/confirm', {method: 'POST', body});
      if (result.error || leaveAction || result.intent.status !== 'requires_action') return result;
      return this._act(result.intent);
    },

    async _act(intent) {
      const action = intent.next_action;
      if (action.type === 'redirect_to_url') {
        window.location.assign(action.redirect_to_url.url);
        return new Promise(() => {});
      }
      await challenge(action.use_stripe_sdk.stripe_js);
      const result = await this._retrieve(intent.client_secret);
      if (result.error) return result;
      const failure = result.intent.last_payment_error || result.intent.last_setup_error;
      if (result.intent.status === 'requires_action') {
        return {error: {type: 'invalid_request_error', code: intent.object + '_authentication_failure', message: NOT_AUTHENTICATED, [intent.object]: result.intent}};
      }
      if (result.intent.status === 'requires_payment_method' && failure) {
        const message = /authentication_failure$/.test(failure.code) ? NOT_AUTHENTICATED : failure.message;
        return {error: Object.assign({}, failure, {message, [intent.object]: result.intent})};
      }
      return result;
    },

    _retrieve(clientSecret) {
      if (!/^(pi|seti)_[A-Za-z0-9]+_secret_[A-Za-z0-9]+$/.test(clientSecret || '')) {
        throw integrationError('Invalid value for the client secret: it should be of the form ${id}_secret_${secret}. You specified: ' + clientSecret + '.');
      }
      const query = new URLSearchParams({key: this._key, client_secret: clientSecret});
      return this._fetch(path(clientSecret) + '?' + query, {});
    },

    async _fetch(url, init) {
      try {
        const answer = await fetch(ORIGIN + url, init);
        const body = await answer.json();
        return body.error ? {error: body.error} : {intent: body};
      } catch (e) {
        return {error: UNREACHABLE};
      }
    }
  };

  function path(clientSecret) {
    const id = clientSecret.split('_secret_')[0];
    return (id.startsWith('seti_') ? '/v1/setup_intents/' : '/v1/payment_intents/') + id;
  }

  function named(result) {
    if (result.error) return {error: result.error};
    return result.intent.object === 'setup_intent' ? {setupIntent: result.intent} : {paymentIntent: result.intent};
  }

  function go(returnUrl, intent) {
    const url = new URL(returnUrl);
    url.searchParams.append(intent.object, intent.id);
    url.searchParams.append(intent.object + '_client_secret', intent.client_secret);
    url.searchParams.append('redirect_status', intent.status === 'processing' ? 'pending' : 'succeeded');
    window.location.assign(url.href);
  }

  // The bank's page, over the shop's. Ends when the customer has passed or failed, or has closed it.
  function challenge(url) {
    return new Promise(resolve => {
      const dialog = document.createElement('dialog');
      dialog.setAttribute('aria-label', '3D Secure');
      Object.assign(dialog.style, {
        width: 'min(500px, 95vw)', height: 'min(360px, 90vh)', padding: '0', border: '0', borderRadius: '8px', overflow: 'hidden'
      });
      const frame = document.createElement('iframe');
      frame.src = url + '?frame=1';
      frame.title = '3D Secure';
      frame.name = 'stripe-challenge-frame';
      Object.assign(frame.style, {width: '100%', height: 'calc(100% - 44px)', border: '0'});
      const close = document.createElement('button');
      close.type = 'button';
      close.textContent = '×';
      close.setAttribute('aria-label', 'Close');
      Object.assign(close.style, {
        float: 'right', width: '44px', height: '44px', border: '0', background: '#fff', color: '#1a1a2e', fontSize: '24px'
      });
      close.addEventListener('click', () => dialog.close());
      dialog.append(close, frame);
      function end() {
        window.removeEventListener('message', heard);
        dialog.remove();
        resolve();
      }
      function heard(event) {
        if (event.source === frame.contentWindow && event.data && event.data.standIn === 'authenticated') end();
      }
      window.addEventListener('message', heard);
      dialog.addEventListener('close', end);
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  window.Stripe = function (key, options) {
    return new StripeJs(key, options);
  };
  window.Stripe.version = 'dahlia';
})();
