using System;
using System.Collections.Generic;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.AutoML;

public static class MLContextExtension
{
    public static AutoCatalog Auto(this MLContext mlContext) => new(mlContext);
}

public sealed class AutoCatalog
{
    private readonly MLContext _context;

    internal AutoCatalog(MLContext context) => _context = context;

    public AutoMLExperiment CreateExperiment(AutoMLExperiment.AutoMLExperimentSettings? settings = null) => new(_context, settings ?? new());
}

public class SweepableEstimator(
    Func<MLContext, Parameter, IEstimator<ITransformer>> factory, Microsoft.ML.SearchSpace.SearchSpace ss)
{
    public Microsoft.ML.SearchSpace.SearchSpace SearchSpace { get; set; } = ss;

    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter param) => factory(context, param);
}

/// <summary>Steps, each one of several estimators: e0, e1 and so on in order.</summary>
public class SweepablePipeline
{
    internal SweepablePipeline(params SweepableEstimator[] estimators)
    {
        foreach (var estimator in estimators)
        {
            Estimators[$"e{Estimators.Count}"] = estimator;
        }
    }

    public Dictionary<string, SweepableEstimator> Estimators { get; } = [];

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter)
    {
        var chain = new EstimatorChain<ITransformer>();
        foreach (var key in parameter["_SCHEMA_"].AsType<string>().Split(" * "))
        {
            chain = chain.Append(Estimators[key].BuildFromOption(context, parameter[key]));
        }
        return chain;
    }
}

public static class SweepableExtension
{
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators) =>
        new([new SweepableEstimator((_, _) => estimator, new()), .. estimators]);

    public static SweepablePipeline Append(this SweepablePipeline pipeline, IEstimator<ITransformer> estimator) =>
        new([.. pipeline.Estimators.Values, new SweepableEstimator((_, _) => estimator, new())]);
}
