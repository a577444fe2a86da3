// Pays the order with Stripe's Payment Element; the browser confirms the order's one PaymentIntent.
(() => {
  'use strict';
  const { data, words, byId, post, showError, showFinal, hideForm, busy, progress, stripe: open } = window.payroutes;
  const stripe = open();

  const start = async () => {
    const intent = await post(data.intent, {});
    if (!stripe || intent.error) {
      busy(false);
      byId('submit').disabled = true;
      showError(intent.error || words.jsUnavailable);
      return;
    }
    if (showFinal(intent.status)) {
      hideForm();
      return;
    }
    if (intent.confirmation_method === 'manual') {
      window.location.replace(data.cardPage); // it was begun there, and the server confirms it
      return;
    }
    const elements = stripe.elements({ clientSecret: intent.client_secret, locale: data.language });
    const element = elements.create('payment');
    element.on('ready', () => busy(false));
    element.on('loaderror', () => showError(words.jsUnavailable));
    element.mount('#element');
    byId('form').addEventListener('submit', (event) => {
      event.preventDefault();
      pay(elements);
    });
  };

  const pay = async (elements) => {
    if (byId('form').getAttribute('aria-busy') === 'true') {
      return;
    }
    busy(true);
    progress(words.jsBusy);
    showError('');
    const failure = await confirm(elements);
    progress('');
    if (failure) {
      const now = await post(data.intent, {});
      if (!now.error && showFinal(now.status)) {
        hideForm(); // paid in another tab meanwhile
        return;
      }
      showError(failure);
      busy(false);
    }
  };

  const confirm = async (elements) => {
    try {
      const confirmParams = { return_url: data.returnUrl };
      if (byId('save').checked) {
        confirmParams.payment_method_data = { allow_redisplay: 'always' }; // the buyer wants to see it the next time
        const saved = await post(data.intent, { save_card: true });
        if (saved.error) {
          return saved.error;
        }
        await elements.fetchUpdates();
      }
      const result = await stripe.confirmPayment({ elements, confirmParams });
      return result.error ? result.error.message || words.jsError : '';
    } catch (e) {
      return words.jsUnavailable;
    }
  };

  start();
})();
