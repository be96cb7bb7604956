# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""A network that exists only in memory."""

import io
import json

import requests


class FakeHttp:
    """Stands in for the transport of `requests`, below sessions and their pools."""

    def __init__(self):
        self.sent = []
        self.answers = []

    def answer(self, url, *answers):
        """Give these answers to requests for `url`, one after another; the last one stays.

        An answer is a status code, a (status code, body) pair or an exception.
        """
        self.answers.insert(0, (url, list(answers)))

    def send(self, adapter, request, **options):
        self.sent.append(request)
        for url, answers in self.answers:
            if request.url.startswith(url):
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                return self.respond(request, answer)
        raise AssertionError(f"nothing answers {request.url}")

    def respond(self, request, answer):
        if isinstance(answer, Exception):
            raise answer
        status_code, body = answer if isinstance(answer, tuple) else (answer, {})
        response = requests.Response()
        response.status_code = status_code
        response.request = request
        response.url = request.url
        response.raw = io.BytesIO(body if isinstance(body, bytes) else json.dumps(body).encode())
        return response

    @property
    def urls(self):
        return [request.url for request in self.sent]

    @property
    def bodies(self):
        return [json.loads(request.body) for request in self.sent]
