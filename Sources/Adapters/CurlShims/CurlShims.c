// Only so that the target has a source: everything is in the header.
#include "CurlShims.h"
