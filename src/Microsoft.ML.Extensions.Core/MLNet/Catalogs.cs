using Microsoft.ML.Runtime;

namespace Microsoft.ML.Extensions.MLNet;

/// <summary>The environment of each catalog, which ML.NET keeps internal.</summary>
internal static class Catalogs
{
    public static IHostEnvironment Environment(this TrainCatalogBase.CatalogInstantiatorBase trainers) => trainers.Owner.Environment;

    public static IHostEnvironment Environment(this TrainCatalogBase trainers) => trainers.Environment;

    public static IHostEnvironment Environment(this TransformsCatalog transforms) => transforms._env;

    public static IHostEnvironment Environment(this DataOperationsCatalog data) => data._env;

    public static IHostEnvironment Environment(this ModelOperationsCatalog model) => model._env;
}
