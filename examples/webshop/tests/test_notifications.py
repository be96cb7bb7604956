# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
import logging
import threading
import time

import pytest
import requests
from django.conf import settings
from django.core.management import CommandError, call_command

from notifications import mail, outbox, parcels, payments, webhooks
from notifications.models import Delivery, Subscription
from orders.models import Order, Payment
from tests import factories as make


def partner(name, events=("order.placed",), **values):
    url = f"https://{name}.example.org/hook"
    return Subscription.objects.create(name=name, url=url, events=list(events), **values)


@pytest.mark.django_db
class TestWebhooks:
    def test_each_partner_hears_about_each_order(self, http, caplog):
        caplog.set_level(logging.DEBUG, logger="notifications.webhooks")
        http.answer("https://", 200)
        for name in ("one", "two", "three"):
            partner(name)
        partner("other", events=["order.cancelled"])
        partner("gone", active=False)
        webhooks.announce_orders(make.busy_shop(orders=5))
        assert len(http.sent) == 15
        assert Delivery.objects.filter(status_code=200).count() == 15
        assert http.bodies[0] == {
            "source": "webshop",
            "version": 1,
            "event": "order.placed",
            "data": {
                "order": "W000001",
                "status": "paid",
                "total": "17.00",
                "lines": [
                    {"sku": "SKU-0000", "quantity": 1},
                    {"sku": "SKU-0001", "quantity": 2},
                ],
            },
        }
        assert [request.headers["X-Partner"] for request in http.sent[:3]] == [
            "one", "two", "three",
        ]
        assert "order.placed to https://one.example.org/hook: {" in caplog.text

    def test_the_template_stays_empty(self):
        webhooks.order_payload(make.order())
        assert webhooks.TEMPLATE["data"] == {}

    def test_a_partner_that_is_down(self, http):
        http.answer("https://up", 204)
        http.answer("https://down", requests.ConnectionError("no route"))
        http.answer("https://ill", 500)
        for name in ("down", "ill", "up"):
            partner(name)
        assert webhooks.send_event("order.placed", {}) == 1
        codes = list(Delivery.objects.values_list("status_code", flat=True))
        assert codes == [None, 500, 204]

    def test_retry(self, http):
        http.answer("https://", 200)
        for name, code in [("one", 500), ("two", 200), ("three", None)]:
            Delivery.objects.create(
                subscription=partner(name), event="order.placed", status_code=code
            )
        partner("never")
        assert webhooks.retry_failed("order.placed", {"a": 1}) == ["one", "three"]
        assert http.urls == ["https://one.example.org/hook", "https://three.example.org/hook"]
        assert all(delivery.ok for delivery in Delivery.objects.all())

    def test_admin_list(self, back_office):
        for name in ("one", "two"):
            Delivery.objects.create(subscription=partner(name), event="order.placed")
        assert back_office.get("/admin/notifications/delivery/").status_code == 200


@pytest.mark.django_db
class TestMail:
    def test_confirmation_text(self):
        order = make.busy_shop(orders=1)[0]
        assert mail.order_text(order) == (
            "Dear Customer 00,\n\nThank you for order W000001.\n\n"
            "1 x Thing 00\n2 x Thing 01\n\nTotal: EUR 17.00\n"
        )

    def test_confirmations(self, http):
        make.busy_shop(orders=20)
        http.answer(settings.MAIL_API_URL, (500, {}), (200, {"id": "m1"}))
        assert mail.confirm_orders(Order.objects.order_by("pk")) == ["W000001"]
        assert len(http.sent) == 20
        assert http.bodies[3]["subject"] == "Your order W000004"

    def test_newsletter_command(self, http, tmp_path, capsys):
        make.busy_shop(orders=1)
        http.answer(settings.MAIL_API_URL, (200, {"id": "m1"}))
        path = tmp_path / "news.txt"
        path.write_text("Spring has come.", encoding="utf-8")
        call_command("send_newsletter", "News", str(path))
        assert capsys.readouterr().out == "5 sent\n"
        assert {body["text"] for body in http.bodies} == {"Spring has come."}


class TestParcels:
    @pytest.mark.django_db
    def test_labels(self, http, caplog):
        caplog.set_level(logging.DEBUG, logger="notifications.parcels")
        http.answer(settings.PARCEL_API_URL, *[(201, {"label": f"L{i}"}) for i in range(10)])
        make.busy_shop(orders=10)
        make.order(placed_at=make.MARCH)
        labels = parcels.request_labels(Order.objects.order_by("pk"))
        assert labels == {f"W{i + 1:06d}": f"L{i}" for i in range(10)}
        assert '"postcode": "3511 AB"' in caplog.text

    def test_track(self, http):
        http.answer(settings.PARCEL_API_URL, *[(200, {"place": f"hub {i}"}) for i in range(8)])
        http.answer(f"{settings.PARCEL_API_URL}/lost", (200, {}))
        places = parcels.track([f"B{i}" for i in range(8)] + ["lost"])
        assert places == {f"B{i}": f"hub {i}" for i in range(8)}

    def test_download(self, http):
        document = bytes(range(256)) * 1000
        http.answer("https://parcels.example.org/L1.pdf", (200, document))
        assert parcels.download_label("https://parcels.example.org/L1.pdf") == document

    @pytest.mark.parametrize(
        ("answers", "up"),
        [
            ([requests.ConnectionError(), 200], True),
            ([503], False),
            ([requests.ConnectionError()], False),
        ],
    )
    def test_carrier_is_up(self, http, answers, up):
        http.answer(settings.PARCEL_API_URL, *answers)
        assert parcels.carrier_is_up() is up
        assert len(http.sent) <= 3


PENDING, PAID, FAILED = ((200, {"status": status}) for status in ("pending", "paid", "failed"))


@pytest.mark.django_db
class TestPayments:
    @pytest.fixture
    def client(self):
        client = payments.PaymentClient()
        yield client
        client.close()

    def pay(self, reference):
        return make.payment(make.order([(make.product(), 1)]), reference)

    def test_wait_for_payment(self, http, client):
        payment = self.pay("p1")
        http.answer(f"{settings.PAYMENT_API_URL}/payments/p1", PENDING, PENDING, PAID)
        assert payments.wait_for_payment(payment, client) == "paid"
        assert len(http.sent) == 3
        payment.order.refresh_from_db()
        assert payment.order.status == Order.Status.PAID

    def test_wait_for_payment_in_vain(self, http, client):
        payment = self.pay("p1")
        http.answer(settings.PAYMENT_API_URL, PENDING)
        with pytest.raises(payments.StillPending, match="Payment p1 is still pending"):
            payments.wait_for_payment(payment, client, timeout=0.02)

    def test_command(self, http, capsys):
        made = [self.pay(f"p{i}") for i in range(8)]
        http.answer(settings.PAYMENT_API_URL, PAID)
        for i in (2, 5):
            http.answer(f"{settings.PAYMENT_API_URL}/payments/p{i}", PENDING, PENDING, PAID)
        http.answer(f"{settings.PAYMENT_API_URL}/payments/p7", PENDING, FAILED)
        call_command("wait_for_payments")
        assert capsys.readouterr().out == "7 orders paid\n"
        assert Payment.objects.filter(status="paid").count() == 7
        made[7].refresh_from_db()
        assert made[7].status == Payment.Status.FAILED

    def test_command_in_vain(self, http):
        self.pay("p1")
        http.answer(settings.PAYMENT_API_URL, PENDING)
        with pytest.raises(CommandError, match="Some payments are still pending"):
            call_command("wait_for_payments", timeout=0.03)

    def test_refund(self, http, client):
        http.answer(settings.PAYMENT_API_URL, 429, 429, (200, {"refund": "r1"}))
        assert client.refund("p1", "10.00") == "r1"
        assert http.bodies[2] == {"amount": "10.00"}

    def test_refund_refused(self, http, client):
        http.answer(settings.PAYMENT_API_URL, 429)
        with pytest.raises(payments.StillPending, match="refused three times"):
            client.refund("p1", "10.00")


class TestOutbox:
    def test_everything_is_sent_in_order(self):
        sent = []
        box = outbox.Outbox(sent.append)
        box.start()
        for i in range(50):
            box.put(i)
        assert box.flush()
        box.stop()
        assert sent == list(range(50))

    def test_a_message_that_comes_late(self):
        arrived = threading.Event()
        box = outbox.Outbox(lambda message: arrived.set())
        box.start()
        time.sleep(0.05)
        box.put("late")
        assert arrived.wait(2)
        box.stop()

    def test_one_failure_does_not_stop_the_rest(self):
        sent = []

        def send(message):
            if message == 3:
                raise OSError("refused")
            sent.append(message)

        box = outbox.Outbox(send)
        box.start()
        for i in range(6):
            box.put(i)
        assert box.flush()
        box.stop()
        assert sent == [0, 1, 2, 4, 5]
        assert box.failed == [3]

    def test_flush_gives_up(self):
        box = outbox.Outbox(print)
        box.put("never sent, for the box was not started")
        assert box.flush(timeout=0.01) is False

    def test_discard(self):
        box = outbox.Outbox(print)
        for i in range(5):
            box.put(i)
        assert box.discard() == 5
        assert box.flush(timeout=0.01) is True

    def test_wait_until(self):
        warm_at = time.monotonic() + 0.05
        outbox.wait_until(lambda: time.monotonic() >= warm_at)
        assert time.monotonic() >= warm_at

    def test_wait_until_in_vain(self):
        with pytest.raises(TimeoutError, match="did not get ready in time"):
            outbox.wait_until(lambda: False, timeout=0.01)
