// Pays the order by card without webhooks in the browser's flow: the server confirms, and the browser authenticates.
(() => {
  'use strict';
  const { data, words, byId, post, showError, showFinal, showState, hideForm, busy, progress, stripe: open } = window.payroutes;
  const stripe = open();

  const start = () => {
    if (!stripe) {
      showError(words.jsUnavailable);
      return;
    }
    const card = stripe.elements({ locale: data.language }).create('card');
    card.on('ready', () => busy(false));
    card.mount('#element');
    byId('form').addEventListener('submit', (event) => {
      event.preventDefault();
      pay(card);
    });
  };

  const pay = async (card) => {
    if (byId('form').getAttribute('aria-busy') === 'true') {
      return;
    }
    busy(true);
    progress(words.jsBusy);
    showError('');
    let failure;
    try {
      const result = await stripe.createPaymentMethod({
        type: 'card',
        card,
        allow_redisplay: byId('save').checked ? 'always' : 'limited',
      });
      failure = result.error
        ? result.error.message || words.jsError
        : await handle(
            await post('/pay', {
              payment_method_id: result.paymentMethod.id,
              order: data.order,
              save_card: byId('save').checked,
            }),
          );
    } catch (e) {
      failure = words.jsUnavailable;
    }
    progress('');
    if (failure) {
      showError(failure);
      busy(false);
      return;
    }
    hideForm();
    showState('succeeded', words.jsSucceeded);
  };

  // What went wrong, or nothing when it is paid.
  const handle = async (answer) => {
    if (answer.error) {
      return answer.error;
    }
    if (!answer.requires_action) {
      return answer.success ? '' : words.jsError;
    }
    const secret = answer.payment_intent_client_secret;
    const { paymentIntent: begun } = await stripe.retrievePaymentIntent(secret);
    const result =
      begun && begun.confirmation_method === 'automatic'
        ? await stripe.handleNextAction({ clientSecret: secret })
        : await stripe.handleCardAction(secret);
    if (result.error) {
      return result.error.message || words.jsError;
    }
    return handle(await post('/pay', { payment_intent_id: result.paymentIntent.id }));
  };

  start();
})();
