#include "stage/publication.h"

void publication_release(struct publication *publication)
{
	buffer_release(&publication->about);
}
