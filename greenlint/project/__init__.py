# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""What no single file can know: models, serializers, views and functions of a whole project.

docs/decisions/0005-project-index.md says how it is built and what it costs.
"""
