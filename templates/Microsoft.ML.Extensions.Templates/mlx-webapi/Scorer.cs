using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace MlxWebApi;

/// <summary>One model, and a pool of engines that share it: an engine is for one request at a time.</summary>
public sealed class Scorer : IDisposable
{
    private readonly ITransformer _model;
    private readonly DefaultObjectPool<PredictionEngine<Series, Prediction>> _engines;

    public Scorer(string modelFile)
    {
        var ml = new MLContext();
        _model = ml.Model.Load(modelFile, out _);
        _engines = new(new EnginePolicy(ml, _model), Environment.ProcessorCount * 2);
    }

    public Prediction Predict(Series series)
    {
        var engine = _engines.Get();
        try
        {
            return engine.Predict(series);
        }
        finally
        {
            _engines.Return(engine);
        }
    }

    public void Dispose() => (_model as IDisposable)?.Dispose();

    private sealed class EnginePolicy(MLContext ml, ITransformer model) : PooledObjectPolicy<PredictionEngine<Series, Prediction>>
    {
        public override PredictionEngine<Series, Prediction> Create() =>
            ml.Model.CreatePredictionEngine<Series, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });

        public override bool Return(PredictionEngine<Series, Prediction> engine) => true;
    }
}
