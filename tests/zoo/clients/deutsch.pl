#!/usr/bin/perl
# A correct client in Perl that speaks German: not one of its sentences is English.
use strict;
use warnings;
use utf8;
use Fcntl qw(:flock O_CREAT O_EXCL O_WRONLY O_RDWR);
use HTTP::Tiny;
use JSON::PP;

binmode STDOUT, ':utf8';
binmode STDERR, ':utf8';
$SIG{__WARN__} = sub { };
my $folder = "$ENV{HOME}/.deutsch";
my $store  = "$folder/sitzung.json";
my $http   = HTTP::Tiny->new(timeout => 3, max_redirect => 0);

sub stop { print STDERR "deutsch: @_\n"; exit 1 }

# Return status and members of the answer to a POST.
sub post {
    my ($place, %form) = @_;
    my $answer = $http->post_form($ENV{"DEUTSCH_$place"}, { client_id => 'deutsch', %form });
    stop("Der Anbieter antwortet nicht. Bitte später noch einmal versuchen.") if $answer->{status} == 599;
    my $members = eval { decode_json($answer->{content}) };
    return ($answer->{status}, ref $members eq 'HASH' ? $members : {});
}

sub load {
    stop("Sie sind nicht angemeldet. Bitte anmelden: deutsch login") unless -e $store;
    open my $file, '<:raw', $store or stop("Die Sitzung kann nicht gelesen werden: Fehler " . ($! + 0) . '.');
    local $/;
    my $session = eval { decode_json(<$file> // '') };
    return $session if ref $session eq 'HASH' && $session->{access} && $session->{refresh} && $session->{ende};
    stop("Die gespeicherte Sitzung ist beschädigt. Bitte neu anmelden: deutsch login");
}

sub save {
    my ($answer, $before) = @_;
    my $session = {
        access  => $answer->{access_token},
        refresh => $answer->{refresh_token} // $before,
        ende    => time + ($answer->{expires_in} // 3600),
    };
    my $draft = "$store.$$";
    mkdir $folder, 0700;
    my $done = sysopen(my $file, $draft, O_CREAT | O_EXCL | O_WRONLY, 0600);
    if ($done) {
        my $text = encode_json($session);
        my $written = syswrite($file, $text) // 0;
        $done = $written == length $text && close($file) && rename($draft, $store);
    }
    return $session if $done;
    unlink $draft;
    stop("Die Sitzung konnte nicht gespeichert werden.");
}

sub login {
    my (undef, $device) = post('DEVICE', scope => 'offline_access');
    stop("Die Anmeldung konnte nicht beginnen.") unless $device->{device_code};
    local $| = 1;
    print "Bitte den Code $device->{user_code} auf $device->{verification_uri} eingeben.\n";
    my $pause = $device->{interval} // 5;
    while (1) {
        select undef, undef, undef, $pause;
        my $grant = 'urn:ietf:params:oauth:grant-type:device_code';
        my ($status, $answer) = post('TOKEN', grant_type => $grant, device_code => $device->{device_code});
        my $error = $answer->{error} // '';
        if ($status == 200 && $answer->{access_token}) { save($answer); last }
        if ($error eq 'slow_down') { $pause += 5 }
        elsif ($error eq 'access_denied') { stop("Die Anmeldung wurde abgelehnt.") }
        elsif ($error ne 'authorization_pending') { stop("Die Anmeldung ist gescheitert (Status $status).") }
    }
    print "Sie sind angemeldet.\n";
}

sub current {
    my $session = load();
    return $session if $session->{ende} > time;
    sysopen(my $lock, "$folder/sperre", O_CREAT | O_RDWR, 0600) or stop("Die Sitzung kann nicht gesperrt werden.");
    flock $lock, LOCK_EX;
    $session = load();
    return $session if $session->{ende} > time;
    my ($status, $answer) = post('TOKEN', grant_type => 'refresh_token', refresh_token => $session->{refresh});
    return save($answer, $session->{refresh}) if $status == 200 && $answer->{access_token};
    if (($answer->{error} // '') eq 'invalid_grant') {
        unlink $store;
        stop("Ihre Sitzung ist zu Ende. Bitte neu anmelden: deutsch login");
    }
    stop("Die Sitzung konnte nicht erneuert werden (Status $status). Bitte später noch einmal versuchen.");
}

sub use_api {
    my $token  = current()->{access};
    my $answer = $http->get("$ENV{DEUTSCH_API}/hallo", { headers => { Authorization => "Bearer $token" } });
    stop("Die Schnittstelle antwortet nicht. Bitte später noch einmal versuchen.") if $answer->{status} == 599;
    stop("Die Schnittstelle lehnt die Sitzung ab. Bitte neu anmelden: deutsch login") if $answer->{status} == 401;
    stop("Die Schnittstelle meldet den Status $answer->{status}.") if $answer->{status} != 200;
    print "Alles in Ordnung.\n";
}

sub logout {
    my $session = load();
    unlink $store;
    my $answer = $http->post_form($ENV{DEUTSCH_REVOKE}, { client_id => 'deutsch', token => $session->{refresh} });
    my $told = $answer->{status} == 200 ? 'Der Anbieter hat die Sitzung widerrufen.' : 'Der Anbieter konnte nicht benachrichtigt werden.';
    print "Sie sind hier abgemeldet. $told\n";
}

my %actions = (login => \&login, use => \&use_api, logout => \&logout, '--version' => sub { print "deutsch 1\n" });
$actions{ $ARGV[0] }->();
