// Discovery (OIDC Discovery 4 or RFC 8414 3), every answer read strictly.

import { run } from '../kit.mjs'
import { discover } from './connect.mjs'

await run(async () => ({ metadata: await discover() }))
