import pytest

from scenarios.catalogue import load_catalogue
from scenarios.circles import load_circles
from siting.generator import CircleSpec, generate_tables


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def river_circle(catalogue):
    spec = CircleSpec(id="R1", name="河畔圈", n_demand=80, n_site=40, area_km2=1.2, river="middle", bridges=1)
    return generate_tables(spec, catalogue, seed=3)


@pytest.fixture(params=load_circles(), ids=lambda circle: circle.id)
def pilot(request):
    return request.param
