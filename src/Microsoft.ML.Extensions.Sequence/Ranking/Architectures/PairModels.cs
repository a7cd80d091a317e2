namespace Microsoft.ML.Extensions.Sequence;

/// <summary>Creates the network of an architecture.</summary>
internal static class PairModels
{
    public static PairModel Create(RankingArchitecture architecture, PairSettings settings) => architecture switch
    {
        RankingArchitecture.KNrm => new KNrm(settings),
        RankingArchitecture.ConvKnrm => new ConvKnrm(settings),
        RankingArchitecture.Drmm => new Drmm(settings),
        RankingArchitecture.DrmmTopK => new DrmmTopK(settings),
        RankingArchitecture.MatchPyramid => new MatchPyramid(settings),
        RankingArchitecture.Pacrr => new Pacrr(settings),
        RankingArchitecture.Anmm => new Anmm(settings),
        RankingArchitecture.Duet => new Duet(settings),
        RankingArchitecture.LateInteraction => new LateInteraction(settings),
        RankingArchitecture.ArcI => new ArcI(settings),
        RankingArchitecture.ArcII => new ArcII(settings),
        RankingArchitecture.MvLstm => new MvLstm(settings),
        RankingArchitecture.MatchSrnn => new MatchSrnn(settings),
        RankingArchitecture.Dssm => new Dssm(settings),
        RankingArchitecture.Cdssm => new Cdssm(settings),
        RankingArchitecture.CrossEncoder => new CrossEncoder(settings),
        _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "It is not an architecture."),
    };
}
