package dev.saga.order.http;

import dev.saga.events.value.Line;
import dev.saga.events.value.Money;
import dev.saga.events.value.PaymentToken;
import dev.saga.events.value.ProductId;
import dev.saga.web.problem.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /{userId}/orders}: either one product, or lines. */
record OrderRequest(
        @Nullable String productId,
        @Nullable Integer qty,
        @Nullable Long unitPrice,
        @Nullable List<@Nullable LineRequest> lines,
        @Nullable String paymentToken) {

    /** One line. */
    record LineRequest(
            @Nullable String productId,
            @Nullable Integer qty,
            @Nullable Long unitPrice) {
        Line line() {
            if (productId == null || qty == null) {
                throw Problem.invalid(productId == null ? "productId" : "qty", "is missing");
            }
            return new Line(new ProductId(productId), qty, unitPrice == null ? null : new Money(unitPrice));
        }
    }

    /** Returns the lines after checking every bound of the contract. */
    List<Line> checkedLines() {
        if (lines != null && (productId != null || qty != null || unitPrice != null)) {
            throw Problem.invalid("lines", "give either lines, or productId and qty");
        }
        List<Line> requested = lines == null
                ? List.of(new LineRequest(productId, qty, unitPrice).line())
                : lines.stream().map(OrderRequest::required).toList();
        List<Line> checked = Line.checked(requested);
        requireChargeable(checked);
        return checked;
    }

    private static Line required(@Nullable LineRequest line) {
        if (line == null) {
            throw Problem.invalid("lines", "has a line that is null");
        }
        return line.line();
    }

    private static void requireChargeable(List<Line> lines) {
        try {
            Line.total(lines);
        } catch (ArithmeticException e) {
            throw Problem.invalid("unitPrice", "the total is above 2^63-1");
        }
    }

    @Nullable PaymentToken token() {
        return paymentToken == null ? null : new PaymentToken(paymentToken);
    }
}
