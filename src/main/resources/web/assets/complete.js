// Says where the payment stands after the customer has come back. What is shipped does not depend on it.
(() => {
  'use strict';
  const { data, words, byId, post, showError, showState, showFinal, stripe: open } = window.payroutes;
  const stripe = open();
  const LOOKS = 10;

  // The secret need not stay in the address bar, the history or a screenshot.
  const query = new URLSearchParams(window.location.search);
  window.history.replaceState(null, '', window.location.pathname);

  const failed = (text) => {
    showState('failed', words.jsFailed);
    showError(text);
    byId('again').hidden = false;
  };

  const look = async (secret, left) => {
    const { paymentIntent, error } = await stripe.retrievePaymentIntent(secret);
    if (error || !paymentIntent) {
      failed(error && error.message);
      return;
    }
    show(paymentIntent, secret, left);
  };

  const show = (intent, secret, left) => {
    byId('act').hidden = true;
    if (showFinal(intent.status)) {
      if (intent.status === 'processing' && left > 0) {
        setTimeout(() => look(secret, left - 1), 3000);
      }
      return;
    }
    if (intent.status === 'requires_action') {
      showState('action', words.jsAction);
      byId('act').hidden = false;
      byId('act').onclick = () => act(secret);
      return;
    }
    failed(intent.last_payment_error && intent.last_payment_error.message);
  };

  const act = async (secret) => {
    byId('act').disabled = true;
    const result = await stripe.handleNextAction({ clientSecret: secret });
    byId('act').disabled = false;
    if (result.error) {
      failed(result.error.message);
      byId('act').hidden = true;
      return;
    }
    show(result.paymentIntent, secret, LOOKS);
  };

  const start = async () => {
    let secret = query.get('payment_intent_client_secret');
    if (!secret) {
      const intent = await post(data.intent, {});
      secret = intent.client_secret;
    }
    if (!stripe || !secret) {
      failed(words.jsUnavailable);
      return;
    }
    look(secret, LOOKS);
  };

  start();
})();
