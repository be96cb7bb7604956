# SPDX-FileCopyrightText: The greenlint developers
# SPDX-License-Identifier: EUPL-1.2
"""Nothing but a name: in place of its byte code `greenlint.catalogue_memory` keeps what it read.

Installers take the byte code of a package's modules away with the package, and nothing else.
"""
