package io.payroutes.demo.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.stripe.StripeClient;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.Charge;
import com.stripe.model.Dispute;
import com.stripe.model.PaymentIntent;
import com.stripe.model.Payout;
import com.stripe.model.Refund;
import com.stripe.param.BalanceTransactionListParams;
import com.stripe.param.ChargeRetrieveParams;
import com.stripe.param.DisputeListParams;
import com.stripe.param.DisputeUpdateParams;
import com.stripe.param.RefundCreateParams;
import io.payroutes.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refunds, disputes, balance transactions and payouts. */
class MoneyAfterwardsTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-01T00:00:00Z"));
    private StripeStandIn standIn;
    private StripeClient stripe;

    @BeforeEach
    void start() {
        standIn = StripeStandIn.start(new StandInSettings().clock(clock));
        stripe = Stripe.client(standIn);
    }

    @AfterEach
    void stop() {
        standIn.close();
    }

    @Test
    void aPaymentIsRefundedInPartsAndNotMore() throws StripeException {
        PaymentIntent intent = pay("pm_card_visa", 5000, "gbp");
        refund(intent, 2000L);
        Charge charge = charge(intent);
        assertThat(charge.getAmountRefunded()).isEqualTo(2000);
        assertThat(charge.getRefunded()).isFalse();

        assertThatThrownBy(() -> refund(intent, 3001L))
                .isInstanceOfSatisfying(InvalidRequestException.class, refusal -> {
                    assertThat(refusal.getMessage())
                            .contains("Refund amount (£30.01) is greater than unrefunded amount on charge (£30.00)");
                    assertThat(refusal.getParam()).isEqualTo("amount");
                });
        assertThat(refund(intent, null).getAmount()).isEqualTo(3000);

        charge = charge(intent);
        assertThat(charge.getRefunded()).isTrue();
        assertThat(charge.getStatus()).isEqualTo("succeeded");
        assertThat(charge.getRefunds().getData()).extracting(Refund::getAmount).containsExactly(3000L, 2000L);
        assertThat(stripe.v1().paymentIntents().retrieve(intent.getId()).getStatus())
                .isEqualTo("succeeded");
        assertThatThrownBy(() -> refund(intent, null))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo("charge_already_refunded"));
        assertThat(standIn.eventTypes()).contains("refund.created", "charge.refunded");
    }

    @Test
    void whatWasNotPaidCannotBeRefunded() throws StripeException {
        PaymentIntent intent =
                stripe.v1().paymentIntents().create(Stripe.payment(4900, "usd").build());
        assertThatThrownBy(() -> refund(intent, null))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("does not have a successful charge to refund");
    }

    @Test
    void aPendingRefundSucceedsLater() throws StripeException {
        PaymentIntent intent = pay("pm_card_pendingRefund", 4900, "usd");
        Refund refund = refund(intent, null);
        assertThat(refund.getStatus()).isEqualTo("pending");

        clock.advance(Duration.ofMinutes(5));

        assertThat(stripe.v1().refunds().retrieve(refund.getId()).getStatus()).isEqualTo("succeeded");
        assertThat(standIn.eventTypes()).endsWith("charge.refund.updated", "refund.updated");
    }

    @Test
    void aRefundThatFailsLaterPutsTheMoneyBack() throws StripeException {
        PaymentIntent intent = pay("pm_card_refundFail", 4900, "usd");
        Refund refund = refund(intent, null);
        assertThat(refund.getStatus()).isEqualTo("succeeded");
        assertThat(charge(intent).getRefunded()).isTrue();

        standIn.settle(refund.getId());

        refund = stripe.v1().refunds().retrieve(refund.getId());
        assertThat(refund.getStatus()).isEqualTo("failed");
        assertThat(refund.getFailureReason()).isEqualTo("expired_or_canceled_card");
        assertThat(stripe.v1()
                        .balanceTransactions()
                        .retrieve(refund.getFailureBalanceTransaction())
                        .getAmount())
                .isEqualTo(4900);
        assertThat(charge(intent).getAmountRefunded()).isZero();
        assertThat(standIn.eventTypes()).endsWith("charge.refund.updated", "refund.failed");
    }

    @ParameterizedTest
    @CsvSource({
        "pm_card_createDispute, fraudulent, needs_response",
        "pm_card_createDisputeProductNotReceived, product_not_received, needs_response",
        "pm_card_createDisputeInquiry, fraudulent, warning_needs_response",
    })
    void aCardThatIsDisputedIsSoSoonAfterThePayment(String card, String reason, String status) throws StripeException {
        PaymentIntent intent = pay(card, 4900, "usd");
        await().until(() -> standIn.eventTypes().contains("charge.dispute.created"));

        Dispute dispute = disputes(intent).get(0);
        assertThat(dispute.getReason()).isEqualTo(reason);
        assertThat(dispute.getStatus()).isEqualTo(status);
        boolean inquiry = status.startsWith("warning");
        assertThat(charge(intent).getDisputed()).isEqualTo(!inquiry);
        assertThat(dispute.getBalanceTransactions()).hasSize(inquiry ? 0 : 1);
    }

    @Test
    void anEarlyFraudWarningIsTold() throws StripeException {
        pay("pm_card_createIssuerFraudRecord", 4900, "usd");
        await().until(() -> standIn.eventTypes().contains("radar.early_fraud_warning.created"));
    }

    @Test
    void evidenceDecidesADispute() throws StripeException {
        PaymentIntent intent = pay("pm_card_visa", 4900, "usd");
        standIn.openDispute(intent.getLatestCharge(), "fraudulent", false);
        Dispute dispute = disputes(intent).get(0);
        assertThatThrownBy(() -> refund(intent, null))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refusal -> assertThat(refusal.getCode()).isEqualTo("charge_disputed"));

        stripe.v1()
                .disputes()
                .update(
                        dispute.getId(),
                        DisputeUpdateParams.builder()
                                .setEvidence(DisputeUpdateParams.Evidence.builder()
                                        .setUncategorizedText("winning_evidence")
                                        .build())
                                .build());
        await().until(() -> standIn.eventTypes().contains("charge.dispute.closed"));

        dispute = stripe.v1().disputes().retrieve(dispute.getId());
        assertThat(dispute.getStatus()).isEqualTo("won");
        assertThat(dispute.getBalanceTransactions())
                .extracting(BalanceTransaction::getNet)
                .containsExactly(-6400L, 4900L);
    }

    @Test
    void theLinesOfAPayoutAddUpToIt() throws StripeException {
        PaymentIntent first = pay("pm_card_bypassPending", 10_000, "usd");
        pay("pm_card_bypassPending", 1_055, "usd");
        pay("pm_card_visa", 7_777, "usd");
        refund(first, 500L);
        standIn.openDispute(first.getLatestCharge(), "fraudulent", false);
        await().until(() ->
                standIn.eventTypes().stream().filter("charge.updated"::equals).count() >= 3);

        String id = standIn.payOut("usd");

        assertThat(id).isNull();
        clock.advance(Duration.ofDays(2));
        standIn.tick();
        id = standIn.payOut("usd");
        standIn.settle(id);
        Payout payout = stripe.v1().payouts().retrieve(id);
        assertThat(payout.getStatus()).isEqualTo("paid");
        assertThat(payout.getReconciliationStatus()).isEqualTo("completed");
        List<BalanceTransaction> lines = stripe.v1()
                .balanceTransactions()
                .list(BalanceTransactionListParams.builder()
                        .setPayout(id)
                        .addExpand("data.source")
                        .build())
                .getData();
        assertThat(lines)
                .extracting(BalanceTransaction::getReportingCategory)
                .containsExactly("payout", "dispute", "refund", "charge", "charge", "charge");
        assertThat(lines).allSatisfy(line -> {
            assertThat(line.getNet()).isEqualTo(line.getAmount() - line.getFee());
            assertThat(line.getSourceObject()).isNotNull();
        });
        assertThat(lines.stream()
                        .filter(line -> !line.getType().equals("payout"))
                        .mapToLong(BalanceTransaction::getNet)
                        .sum())
                .isEqualTo(payout.getAmount());
        assertThat(lines.get(0).getAmount()).isEqualTo(-payout.getAmount());
        assertThat(stripe.v1().balance().retrieve().getAvailable())
                .allSatisfy(amount -> assertThat(amount.getAmount()).isZero());
        assertThat(standIn.eventTypes()).endsWith("payout.created", "payout.paid", "payout.reconciliation_completed");
    }

    private PaymentIntent pay(String method, long amount, String currency) throws StripeException {
        return stripe.v1()
                .paymentIntents()
                .create(Stripe.payment(amount, currency)
                        .setPaymentMethod(method)
                        .setConfirm(true)
                        .setReturnUrl("https://shop.example/complete")
                        .build());
    }

    private Refund refund(PaymentIntent intent, Long amount) throws StripeException {
        RefundCreateParams.Builder params = RefundCreateParams.builder().setPaymentIntent(intent.getId());
        if (amount != null) {
            params.setAmount(amount);
        }
        return stripe.v1().refunds().create(params.build());
    }

    private Charge charge(PaymentIntent intent) throws StripeException {
        return stripe.v1()
                .charges()
                .retrieve(
                        intent.getLatestCharge(),
                        ChargeRetrieveParams.builder().addExpand("refunds").build());
    }

    private List<Dispute> disputes(PaymentIntent intent) throws StripeException {
        return stripe.v1()
                .disputes()
                .list(DisputeListParams.builder()
                        .setPaymentIntent(intent.getId())
                        .build())
                .getData();
    }
}
